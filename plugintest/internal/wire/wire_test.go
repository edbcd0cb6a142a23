package wire

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
)

// echo answers a request with what it saw, in pieces, with trailers.
func echo(s *Stream) {
	var body []byte
	var head Head
	var trailers Fields
	for {
		e, err := s.Next(time.Time{})
		if err == io.EOF {
			break
		}
		if err != nil {
			return
		}
		if e.Head != nil {
			head = *e.Head
		}
		body = append(body, e.Data...)
		trailers = append(trailers, e.Trailers...)
	}
	switch head.Path {
	case "/reset":
		s.Reset()
		return
	case "/empty":
		_ = s.WriteHead(Head{Status: 204, Fields: head.Fields}, true)
		return
	}
	_ = s.WriteHead(Head{Status: 200, Fields: head.Fields}, false)
	_ = s.Write(body, false)
	if head.Path == "/half" {
		s.Reset()
		return
	}
	_ = s.WriteTrailers(append(trailers, [2]string{"x-method", head.Method + " " + head.Authority}))
}

type got struct {
	head     Head
	body     string
	trailers Fields
}

// ask sends a request in pieces and returns the answer.
func ask(t *testing.T, addr string, h2 bool, path string, pieces ...string) (g got, err error) {
	t.Helper()
	c, err := Dial(addr, h2)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	head := Head{Method: "POST", Path: path, Authority: "a.test", Fields: Fields{{"x-b", "2"}, {"x-a", "1"}, {"x-b", "3"}}}
	if err := c.WriteHead(head, len(pieces) == 0); err != nil {
		t.Fatal(err)
	}
	for _, p := range pieces {
		if err := c.Write([]byte(p), false); err != nil {
			t.Fatal(err)
		}
	}
	if len(pieces) > 0 {
		if err := c.WriteTrailers(Fields{{"x-t", "1"}}); err != nil {
			t.Fatal(err)
		}
	}
	return answer(c)
}

func answer(c *Client) (g got, err error) {
	for {
		e, err := c.Next(time.Now().Add(5 * time.Second))
		if err == io.EOF {
			return g, nil
		}
		if err != nil {
			return g, err
		}
		if e.Head != nil {
			g.head = *e.Head
		}
		g.body += string(e.Data)
		g.trailers = append(g.trailers, e.Trailers...)
	}
}

func protocols(t *testing.T, f func(t *testing.T, addr string, h2 bool)) {
	s, err := Serve(echo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	t.Run("HTTP/1.1", func(t *testing.T) { f(t, s.Addr(), false) })
	t.Run("HTTP/2", func(t *testing.T) { f(t, s.Addr(), true) })
}

func TestOrderPiecesTrailers(t *testing.T) {
	protocols(t, func(t *testing.T, addr string, h2 bool) {
		big := strings.Repeat("0123456789", 300_000) // beyond the windows
		g, err := ask(t, addr, h2, "/", "one ", "two ", big)
		if err != nil || g.head.Status != 200 || g.body != "one two "+big {
			t.Fatalf("%v, status %d, %d bytes", err, g.head.Status, len(g.body))
		}
		var own Fields
		for _, f := range g.head.Fields {
			if strings.HasPrefix(f[0], "x-") {
				own = append(own, f)
			}
		}
		if want := (Fields{{"x-b", "2"}, {"x-a", "1"}, {"x-b", "3"}}); !reflect.DeepEqual(own, want) {
			t.Errorf("fields %v, want %v", own, want)
		}
		if want := (Fields{{"x-t", "1"}, {"x-method", "POST a.test"}}); !reflect.DeepEqual(g.trailers, want) {
			t.Errorf("trailers %v, want %v", g.trailers, want)
		}
	})
}

func TestNoBody(t *testing.T) {
	protocols(t, func(t *testing.T, addr string, h2 bool) {
		if g, err := ask(t, addr, h2, "/empty"); err != nil || g.head.Status != 204 || g.body != "" {
			t.Errorf("%v, %+v", err, g)
		}
		if g, err := ask(t, addr, h2, "/"); err != nil || g.head.Status != 200 || g.body != "" {
			t.Errorf("%v, %+v", err, g)
		}
	})
}

func TestBrokenOff(t *testing.T) {
	protocols(t, func(t *testing.T, addr string, h2 bool) {
		if g, err := ask(t, addr, h2, "/reset"); !errors.Is(err, ErrReset) || g.head.Status != 0 {
			t.Errorf("before the head: %v, %+v", err, g)
		}
		if _, err := ask(t, addr, h2, "/half", "x"); !errors.Is(err, ErrReset) {
			t.Errorf("in the body: %v", err)
		}
	})
}

// The server sees that a client went away.
func TestAbort(t *testing.T) {
	saw := make(chan error, 1)
	s, err := Serve(func(s *Stream) {
		for {
			if _, err := s.Next(time.Now().Add(5 * time.Second)); err != nil {
				saw <- err
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, h2 := range []bool{false, true} {
		c, err := Dial(s.Addr(), h2)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.WriteHead(Head{Method: "POST", Path: "/", Authority: "a"}, false), c.Write([]byte("half"), false)); err != nil {
			t.Fatal(err)
		}
		c.Reset()
		if err := <-saw; !errors.Is(err, ErrReset) {
			t.Errorf("HTTP/2 %v: %v", h2, err)
		}
		c.Close()
	}
}

func TestNothingComes(t *testing.T) {
	s, err := Serve(func(s *Stream) {
		for {
			if _, err := s.Next(time.Time{}); err != nil {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := Dial(s.Addr(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.WriteHead(Head{Method: "GET", Path: "/", Authority: "a"}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Next(time.Now().Add(10 * time.Millisecond)); !errors.Is(err, ErrTimeout) {
		t.Errorf("%v, want %v", err, ErrTimeout)
	}
}
