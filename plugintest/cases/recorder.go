package cases

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

// recorder is a testing.TB outside go test: it keeps what a test says.
type recorder struct {
	testing.TB // its unexported method; nothing else of it is called
	name       string
	ctx        context.Context

	mu       sync.Mutex
	failed   bool
	skipped  bool
	said     []string // failures, or why it was skipped
	logged   []string
	cleanups []func()
}

// record runs a test and its Cleanup functions.
func record(ctx context.Context, name string, f func(t testing.TB)) *recorder {
	r := &recorder{name: name, ctx: ctx}
	r.guard(func() { f(r) })
	for {
		r.mu.Lock()
		n := len(r.cleanups)
		if n == 0 {
			r.mu.Unlock()
			return r
		}
		last := r.cleanups[n-1]
		r.cleanups = r.cleanups[:n-1]
		r.mu.Unlock()
		r.guard(last)
	}
}

// guard runs f where it can be ended by FailNow, and makes a panic a failure.
func (r *recorder) guard(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				r.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		f()
	}()
	<-done
}

func (r *recorder) say(list *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*list = append(*list, strings.TrimRight(text, "\n"))
}

func (r *recorder) Helper()                           {}
func (r *recorder) Name() string                      { return r.name }
func (r *recorder) Log(args ...any)                   { r.say(&r.logged, fmt.Sprintln(args...)) }
func (r *recorder) Logf(format string, args ...any)   { r.say(&r.logged, fmt.Sprintf(format, args...)) }
func (r *recorder) Error(args ...any)                 { r.Fail(); r.say(&r.said, fmt.Sprintln(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.Error(fmt.Sprintf(format, args...)) }
func (r *recorder) Fatal(args ...any)                 { r.Error(args...); runtime.Goexit() }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); runtime.Goexit() }
func (r *recorder) FailNow()                          { r.Fail(); runtime.Goexit() }
func (r *recorder) Skip(args ...any)                  { r.say(&r.said, fmt.Sprintln(args...)); r.SkipNow() }
func (r *recorder) Skipf(format string, args ...any)  { r.Skip(fmt.Sprintf(format, args...)) }

func (r *recorder) Fail() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
}

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

func (r *recorder) SkipNow() {
	r.mu.Lock()
	r.skipped = true
	r.mu.Unlock()
	runtime.Goexit()
}

func (r *recorder) Skipped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.skipped
}

func (r *recorder) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

// Context is that of the run.
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) TempDir() string {
	dir, err := os.MkdirTemp("", "sluice-test-")
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
