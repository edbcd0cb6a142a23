package gateway

import (
	"io"
	"net/http"
	"testing"
	"testing/iotest"
)

func TestPipe(t *testing.T) {
	for _, c := range []struct {
		name   string
		length int64
		push   []string
		want   string
		over   int
	}{
		{"any length", -1, []string{"he", "", "llo"}, "hello", 0},
		{"as long as it says", 5, []string{"he", "llo"}, "hello", 0},
		{"longer", 4, []string{"he", "llo", "x"}, "hell", 1},
		{"nothing allowed", 0, []string{"x"}, "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			over := 0
			target := http.Header{}
			p := newPipe(c.length, target)
			p.overrun = func() { over++ }
			for _, s := range c.push {
				p.push([]byte(s), false, nil)
			}
			p.push(nil, true, http.Header{"X-T": {"1"}})
			p.push([]byte("after the end"), true, nil)
			got, err := io.ReadAll(iotest.OneByteReader(p))
			if err != nil || string(got) != c.want || over != c.over {
				t.Errorf("got %q, %d overruns, %v", got, over, err)
			}
			if target.Get("X-T") != "1" {
				t.Error("no trailers")
			}
			p.wait()
		})
	}
}

// A pipe that is closed lets go of both ends.
func TestPipeClosed(t *testing.T) {
	p := newPipe(-1, nil)
	done := make(chan error, 2)
	go func() { _, err := p.Read(make([]byte, 1)); done <- err }()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != io.ErrClosedPipe {
		t.Errorf("Read: %v", err)
	}
	p.push([]byte("x"), true, nil)
	p.wait()
	if _, err := p.Read(make([]byte, 1)); err != io.ErrClosedPipe {
		t.Errorf("Read after Close: %v", err)
	}
}

// wait returns once everything was read, and not before.
func TestPipeWaits(t *testing.T) {
	p := newPipe(-1, nil)
	p.push([]byte("ab"), false, nil)
	waited := make(chan struct{})
	go func() { p.wait(); close(waited) }()
	b := make([]byte, 1)
	if _, err := p.Read(b); err != nil {
		t.Fatal(err)
	}
	select {
	case <-waited:
		t.Fatal("a byte is left")
	default:
	}
	if _, err := p.Read(b); err != nil {
		t.Fatal(err)
	}
	<-waited
}
