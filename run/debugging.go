package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/build/native"
)

// debugging is a plugin's program under a debugger, and the gateway in front.
type debugging struct {
	o       DebugOptions
	dlv     string
	program string
	state   State
	socket  *debugSocket
	ending  atomic.Bool
}

// debuggerTime is how long the debugger gets to end the program and itself.
const debuggerTime = 5 * time.Second

// run starts the debugger and the gateway, and waits for the end.
func (d *debugging) run(ctx context.Context) error {
	life, end := context.WithCancelCause(ctx)
	defer end(nil)
	dlv, ended := context.WithCancelCause(context.Background())
	cmd, err := d.startDlv(func(err error) {
		err = fmt.Errorf("the debugger has ended: %w", err)
		ended(err)
		end(err)
	})
	if err != nil {
		return err
	}
	defer func() {
		d.ending.Store(true)
		d.socket.hangUp() // a breakpoint may hold a callback
		stopDlv(cmd, dlv.Done())
	}()
	if d.o.Wait && d.o.OnWaiting != nil {
		d.o.OnWaiting(d.o.Debugger)
	}
	engine := &embeddedEngine{done: make(chan struct{}), adminAddr: "off", guest: d.socket.connect}
	setup := Setup{State: d.state, Listen: d.o.Listen, Workers: 1, LogLevel: d.o.LogLevel, OnEvent: d.tell}
	if err := engine.Start(life, setup); err != nil {
		return d.notStarted(ctx, life, err)
	}
	defer func() {
		d.ending.Store(true)
		d.socket.hangUp()
		_ = engine.Close()
	}()
	if d.o.OnReady != nil {
		d.o.OnReady(localURL(engine.Addr()), d.o.Debugger)
	}
	select {
	case <-ctx.Done():
		return nil
	case <-dlv.Done():
		return context.Cause(dlv)
	case <-engine.Done():
		return errors.Join(errors.New("the gateway has ended"), engine.Err())
	}
}

// notStarted is what becomes of an error of the engine's start. Where the program
// waits for a debugger, Ctrl-C is no error.
func (d *debugging) notStarted(ctx, life context.Context, err error) error {
	switch {
	case ctx.Err() != nil && d.o.Wait:
		return nil
	case life.Err() != nil:
		return context.Cause(life)
	}
	return err
}

// tell hands on what happens, but not that the end ends things.
func (d *debugging) tell(e Event) {
	if _, log := e.(Log); !log || !d.ending.Load() {
		d.o.OnEvent(e)
	}
}

// startDlv runs the program under the debugger, and tells when that has ended.
func (d *debugging) startDlv(ended func(error)) (*exec.Cmd, error) {
	args := []string{"exec", "--headless", "--accept-multiclient", "--api-version=2", "--listen", d.o.Debugger}
	if !d.o.Wait {
		args = append(args, "--continue")
	}
	cmd := exec.Command(d.dlv, append(args, d.program)...)
	cmd.Env = append(os.Environ(), native.Variable+"="+d.socket.path)
	cmd.Stdout, cmd.Stderr = d.o.Stdout, d.o.Stderr
	cmd.WaitDelay = time.Second // for what holds its output open
	tether(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", d.dlv, err)
	}
	go func() {
		err := cmd.Wait()
		if err == nil {
			err = errors.New(cmd.ProcessState.String())
		}
		ended(err)
	}()
	return cmd, nil
}

// stopDlv asks the debugger to end, which ends the program, and ends it.
func stopDlv(cmd *exec.Cmd, ended <-chan struct{}) {
	_ = cmd.Process.Signal(os.Interrupt)
	select {
	case <-ended:
		return
	case <-time.After(debuggerTime):
	}
	_ = cmd.Process.Kill()
	<-ended
}
