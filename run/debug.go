package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build/native"
)

// ErrNoDebugger says that there is no dlv, and how to get it.
var ErrNoDebugger = errors.New("dlv, the debugger for Go, is not found; install it with " +
	"`go install github.com/go-delve/delve/cmd/dlv@latest`, and put $(go env GOPATH)/bin on the PATH or name it with --dlv")

// DebugOptions say what to debug. Source, Config, Routes, Clusters, Listen and
// HTTPBin are used as for Run; Source is the directory of a Go plugin.
type DebugOptions struct {
	Options
	// Debugger is the address that debuggers connect to. Default 127.0.0.1:2345.
	Debugger string
	// Dlv is the dlv command. Default: that on the PATH, or in GOPATH/bin.
	Dlv string
	// Stdout and Stderr take what the plugin logs, and what dlv says.
	Stdout, Stderr io.Writer
	// OnReady is told when requests can be sent.
	OnReady func(url, debugger string)
}

// Debug compiles a plugin for this machine and serves it under a debugger, until
// ctx ends, which is no error, or the debugger does. Requests go through the plugin
// to the cluster of the first route. Errors: ErrNoDebugger, those of package
// native, and those about configuration and routes.
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
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	httpbin, err := startHTTPBin(o.HTTPBin)
	if err != nil {
		return err
	}
	if httpbin != nil {
		defer httpbin.Close()
	}
	setup, err := o.debugSetup(src, httpbin)
	if err != nil {
		return err
	}
	program := filepath.Join(tmp, "plugin")
	o.OnEvent(Building{src.goDir})
	if err := native.Build(ctx, native.Options{Dir: src.goDir, Output: program}); err != nil {
		return err
	}
	return o.debug(ctx, dlv, program, setup)
}

// debugSetup is what the program serves, in JSON.
func (o DebugOptions) debugSetup(src source, httpbin net.Listener) (string, error) {
	l := &loader{o: o.Options, target: o.Engine.Target(), warned: map[string]bool{}}
	if httpbin != nil {
		l.httpbin = httpbin.Addr().String()
	}
	s, err := l.files(src)
	if err != nil {
		return "", err
	}
	if len(s.Routes) == 0 {
		return "", errors.New("there is no route, and httpbin is off: name an upstream with --cluster, or leave out --httpbin off")
	}
	clusters := map[string]string{}
	for _, c := range s.Clusters {
		_, address, found := strings.Cut(c.Address, "://")
		if !found {
			address = c.Address
		}
		clusters[c.Name] = address
	}
	text, err := json.Marshal(map[string]any{"listen": o.Listen, "upstream": clusters[s.Routes[0].Cluster],
		"name": s.Plugins[0].Name, "config": s.Plugins[0].Config, "clusters": clusters})
	return string(text), err
}

// debug runs the program under dlv.
func (o DebugOptions) debug(ctx context.Context, dlv, program, setup string) error {
	for name, address := range map[string]string{"--listen": o.Listen, "--debugger": o.Debugger} {
		if err := checkFree(address, name); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, dlv, "exec", "--headless", "--accept-multiclient", "--api-version=2", "--continue", "--listen", o.Debugger, program)
	cmd.Env = append(os.Environ(), native.Variable+"="+setup)
	cmd.Stdout, cmd.Stderr = o.Stdout, o.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // dlv ends what it runs
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", dlv, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for ready := false; ; {
		select {
		case err := <-ended:
			if ctx.Err() != nil && ready {
				return nil
			}
			return fmt.Errorf("the debugger has ended: %w", errors.Join(err, ctx.Err()))
		case <-time.After(50 * time.Millisecond):
		}
		if ready {
			continue
		}
		if conn, err := net.Dial("tcp", o.Listen); err == nil {
			conn.Close()
			ready = true
			if o.OnReady != nil {
				o.OnReady("http://"+o.Listen, o.Debugger)
			}
		}
	}
}

// findDlv finds the debugger.
func findDlv(name string) (string, error) {
	if name != "" {
		path, err := exec.LookPath(name)
		if err != nil {
			return "", fmt.Errorf("%w (%s: %w)", ErrNoDebugger, name, err)
		}
		return path, nil
	}
	if path, err := exec.LookPath("dlv"); err == nil {
		return path, nil
	}
	dir := os.Getenv("GOPATH")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", ErrNoDebugger
		}
		dir = filepath.Join(home, "go")
	}
	if path, err := exec.LookPath(filepath.Join(filepath.SplitList(dir)[0], "bin", "dlv")); err == nil {
		return path, nil
	}
	return "", ErrNoDebugger
}
