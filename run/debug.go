package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/native"
)

// DebugOptions say what to debug. Source, Config, Routes, Clusters, Listen,
// HTTPBin, LogLevel and OnEvent are used as for Run; Source is the directory of a
// Go plugin. The gateway is the embedded one, with one worker.
type DebugOptions struct {
	Options
	// Debugger is the address that debuggers connect to. Default 127.0.0.1:2345.
	Debugger string
	// Dlv is the dlv command. Default: that on the PATH, or in GOPATH/bin.
	Dlv string
	// Wait holds the program before its first instruction until a debugger lets it
	// go on, so that breakpoints stop in what a plugin does when it starts.
	Wait bool
	// Stdout and Stderr take what the plugin's program writes there, and what dlv
	// says.
	Stdout, Stderr io.Writer
	// OnWaiting is told when a debugger can connect, where Wait is set.
	OnWaiting func(debugger string)
	// OnReady is told when requests can be sent.
	OnReady func(url, debugger string)
}

// Debug compiles a plugin for this machine and runs it under a debugger, behind
// the embedded gateway, until ctx ends, which is no error, or the debugger does.
// Routes have no timeouts. Whatever Debug started is gone when it returns. Errors:
// ErrNoDebugger, those of package native, and those of Run.
func Debug(ctx context.Context, o DebugOptions) (err error) {
	if o.Debugger == "" {
		o.Debugger = "127.0.0.1:2345"
	}
	o.Engine = Embedded()
	if o.Options, err = o.withDefaults(); err != nil {
		return err
	}
	dlv, err := findDlv(o.Dlv)
	if err != nil {
		return err
	}
	src, err := o.source()
	if err != nil {
		return err
	}
	if src.goDir == "" {
		return fmt.Errorf("%s is no directory of a Go plugin: only source can be debugged", o.Source)
	}
	tmp, err := os.MkdirTemp("", "sluice-debug-")
	if err != nil {
		return fmt.Errorf("making a directory for the program: %w; set TMPDIR to a directory that can be written", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	httpbin, err := startHTTPBin(o.HTTPBin)
	if err != nil {
		return err
	}
	if httpbin != nil {
		defer httpbin.Close()
	}
	state, err := o.debugState(src, httpbin)
	if err != nil {
		return err
	}
	d := &debugging{o: o, dlv: dlv, program: filepath.Join(tmp, "plugin"), state: state}
	if d.socket, err = listenDebug(tmp); err != nil {
		return err
	}
	defer d.socket.hangUp()
	o.OnEvent(Building{src.goDir})
	if err := native.Build(ctx, native.Options{Dir: src.goDir, Output: d.program}); err != nil {
		return err
	}
	return d.run(ctx)
}

// debugState is what the gateway serves.
func (o DebugOptions) debugState(src source, httpbin net.Listener) (State, error) {
	l := &loader{o: o.Options, target: o.Engine.Target(), warned: map[string]bool{}}
	if httpbin != nil {
		l.httpbin = httpbin.Addr().String()
	}
	for name, address := range map[string]string{"--listen": o.Listen, "--debugger": o.Debugger} {
		if err := checkFree(address, name); err != nil {
			return State{}, err
		}
	}
	return l.files(src)
}
