package harness

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestMain lets the test binary play the program that a test starts.
func TestMain(m *testing.M) {
	if role := os.Getenv("HARNESS_ROLE"); role != "" {
		play(role)
		return
	}
	os.Exit(m.Run())
}

// recorder is a test that may fail: it records what the helpers under test say.
type recorder struct {
	testing.TB
	dir      string
	log      strings.Builder
	failed   bool
	skipped  bool
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Failed() bool     { return r.failed }
func (r *recorder) TempDir() string  { return r.dir }
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

func (r *recorder) Logf(format string, args ...any) { fmt.Fprintf(&r.log, format+"\n", args...) }
func (r *recorder) Fatal(args ...any)               { r.Fatalf("%s", fmt.Sprint(args...)) }

func (r *recorder) Errorf(format string, args ...any) {
	r.failed = true
	r.Logf(format, args...)
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.skipped = true
	r.Logf(format, args...)
	runtime.Goexit()
}

// record runs f as a test of its own, with its cleanups, and returns what it
// reported.
func record(t *testing.T, f func(t testing.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t, dir: t.TempDir()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for i := len(r.cleanups) - 1; i >= 0; i-- {
				r.cleanups[i]()
			}
		}()
		f(r)
	}()
	<-done
	return r
}

// wantFailure checks that r failed with a message that holds each text.
func (r *recorder) wantFailure(t *testing.T, texts ...string) {
	t.Helper()
	if !r.failed {
		t.Errorf("no failure; log: %s", r.log.String())
	}
	for _, text := range texts {
		if !strings.Contains(r.log.String(), text) {
			t.Errorf("the failure does not say %q: %s", text, r.log.String())
		}
	}
}
