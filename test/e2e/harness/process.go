package harness

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// stopGrace is how long a process may take to end after SIGTERM.
const stopGrace = 10 * time.Second

// Process is a program that a test started. It ends with the test at the
// latest, and its output is logged when the test fails.
type Process struct {
	t    testing.TB
	cmd  *exec.Cmd
	out  output
	done chan struct{}
	err  error // how it ended; read only after done is closed
}

// Start starts cmd, whose Stdout and Stderr are taken over unless set, and
// stops it by its process id when the test ends.
func Start(t testing.TB, cmd *exec.Cmd) *Process {
	t.Helper()
	p := &Process{t: t, cmd: cmd, done: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = &p.out
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &p.out
	}
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("output of %s:\n%s", cmd.Path, p.Output())
		}
	})
	return p
}

// Pid returns the process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Output returns what the process wrote so far.
func (p *Process) Output() string { return p.out.String() }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the process to end by itself and returns its exit code; -1
// means that a signal ended it. After timeout the test fails.
func (p *Process) Wait(timeout time.Duration) int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(timeout):
		p.t.Fatalf("%s still runs after %s", p.cmd.Path, timeout)
	}
	return p.cmd.ProcessState.ExitCode()
}

// Signal sends s to the process; one that has ended already is left in peace.
func (p *Process) Signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("signal %v to %s: %v", s, p.cmd.Path, err)
	}
}

// Stop asks the process to end with SIGTERM, kills it when it takes longer
// than ten seconds, and returns when it is gone. It may be called again.
func (p *Process) Stop() {
	p.t.Helper()
	select {
	case <-p.done:
		return
	default:
	}
	p.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(stopGrace):
		p.t.Errorf("%s ignored SIGTERM for %s: killed", p.cmd.Path, stopGrace)
		p.Signal(os.Kill)
		<-p.done
	}
}

// WaitOutput waits until the process has written text; the test fails when it
// ends before or timeout passes.
func (p *Process) WaitOutput(text string, timeout time.Duration) {
	p.t.Helper()
	deadline := time.After(timeout)
	for !strings.Contains(p.Output(), text) {
		select {
		case <-p.done:
			if !strings.Contains(p.Output(), text) {
				p.t.Fatalf("%s ended (%v) without writing %q", p.cmd.Path, p.err, text)
			}
		case <-deadline:
			p.t.Fatalf("%s has not written %q within %s", p.cmd.Path, text, timeout)
		case <-time.After(pollEvery):
		}
	}
}

// output collects what a process writes; safe for concurrent use.
type output struct {
	mu  sync.Mutex
	buf strings.Builder
}

// Write appends b.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

// String returns everything written so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
