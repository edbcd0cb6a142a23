package plugintest

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/plugintest/internal/wire"
)

// door is a port behind which there is a backend, or none for now.
type door struct {
	server *wire.Server
	to     atomic.Pointer[Backend]
}

func newDoor(b *Backend) (*door, error) {
	d := &door{}
	d.to.Store(b)
	var err error
	d.server, err = wire.Serve(d.serve)
	return d, err
}

func (d *door) serve(s *wire.Stream) {
	if b := d.to.Load(); b != nil {
		b.serve(s)
		return
	}
	s.Reset()
}

// serve takes a request and answers it.
func (b *Backend) serve(s *wire.Stream) {
	var r *Received
	for {
		e, err := s.Next(time.Time{})
		if err == io.EOF { //nolint:errorlint // as io.Reader
			break
		}
		if err != nil {
			if r != nil {
				b.change(func() { r.Broken = true })
			}
			return
		}
		if e.Head != nil {
			r = b.begin(Received{Method: e.Head.Method, Path: e.Head.Path, Host: e.Head.Authority, Headers: e.Head.Fields, Protocol: s.Protocol})
		}
		b.change(func() {
			r.Body += string(e.Data)
			r.Trailers = append(r.Trailers, e.Trailers...)
			r.Ended = r.Ended || e.End
		})
		if e.Head != nil && b.isEarly() {
			_ = b.reply(r).give(wireResponder{s, r.Method})
			b.drain(s, r)
			return
		}
	}
	_ = b.reply(r).give(wireResponder{s, r.Method}) // a gateway that is gone needs no answer
}

// drain notes what comes after an early answer.
func (b *Backend) drain(s *wire.Stream, r *Received) {
	for {
		e, err := s.Next(time.Time{})
		if err != nil {
			b.change(func() { r.Broken = !r.Ended })
			return
		}
		b.change(func() {
			r.Body += string(e.Data)
			r.Trailers = append(r.Trailers, e.Trailers...)
			r.Ended = e.End
		})
	}
}

// wireResponder answers over the network.
type wireResponder struct {
	s      *wire.Stream
	method string
}

func (w wireResponder) head(status int, h Headers, end bool) error {
	return w.s.WriteHead(wire.Head{Status: status, Fields: wire.Fields(h)}, end || w.method == "HEAD")
}

func (w wireResponder) chunk(data string, end bool) error {
	if w.method == "HEAD" {
		return nil
	}
	return w.s.Write([]byte(data), end)
}

func (w wireResponder) trailers(h Headers) error { return w.s.WriteTrailers(wire.Fields(h)) }

func (w wireResponder) reset() { w.s.Reset() }
