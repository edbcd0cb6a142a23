package gateway

import (
	"io"
	"net/http"
	"testing"
	"testing/iotest"
	"time"
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

// TestPipeWhole: a short body is taken as bytes once its end is there.
func TestPipeWhole(t *testing.T) {
	p := newPipe(-1, nil)
	p.gather(10)
	chunk := []byte("0123")
	for range 2 {
		p.push(chunk, false, nil)
		p.wait() // the chunk was copied
	}
	copy(chunk, "xxxx")
	if _, ok := p.whole(10); ok {
		t.Error("taken before its end")
	}
	p.push(nil, true, nil)
	p.gathered(time.Hour)
	if _, ok := p.whole(7); ok {
		t.Error("taken though it is longer than allowed")
	}
	if b, ok := p.whole(10); string(b) != "01230123" || !ok {
		t.Errorf("took %q, %v", b, ok)
	}
	if n, err := p.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("what is left: %d bytes, %v", n, err)
	}
}

// TestPipeGatherEnds: a body that is longer, slow or broken off holds nobody up.
func TestPipeGatherEnds(t *testing.T) {
	long := newPipe(-1, nil)
	long.gather(3)
	long.push([]byte("0123"), false, nil)
	long.gathered(time.Hour)
	slow := newPipe(-1, nil)
	slow.gather(100)
	slow.push([]byte("0"), false, nil)
	slow.gathered(time.Millisecond)
	slow.push([]byte("123"), false, nil)
	for name, p := range map[string]*pipe{"long": long, "slow": slow} {
		waited := make(chan struct{})
		go func() { p.wait(); close(waited) }()
		select {
		case <-waited:
			t.Errorf("%s: a chunk that is not the pipe's own may be used again before it was read", name)
		case <-time.After(5 * time.Millisecond):
		}
		got := make([]byte, 4)
		if _, err := io.ReadFull(p, got); err != nil || string(got) != "0123" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		<-waited
	}
	closed := newPipe(-1, nil)
	closed.gather(100)
	closed.close()
	closed.gathered(time.Hour)
	trailers := newPipe(-1, http.Header{})
	trailers.gather(100)
	trailers.push(nil, true, http.Header{"T": {"1"}})
	trailers.gathered(time.Hour)
	begun := newPipe(-1, nil)
	begun.push([]byte("01"), true, nil)
	_, _ = begun.Read(make([]byte, 1))
	if _, ok := begun.whole(100); ok {
		t.Error("a part was taken for the whole")
	}
	if _, ok := trailers.whole(100); ok {
		t.Error("a body with trailers is more than its bytes")
	}
}
