package plugintest

import (
	"io"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest/internal/wire"
)

// network sends requests to a gateway that listens.
type network struct {
	t    testing.TB
	addr string
}

func (n network) open(r Request, end bool) (exchange, error) {
	c, err := wire.Dial(n.addr, r.HTTP2)
	if err != nil {
		return nil, err
	}
	n.t.Cleanup(c.Close)
	head := wire.Head{Method: r.Method, Path: r.Path, Authority: r.Host, Fields: wire.Fields(r.Headers)}
	return &netExchange{c}, c.WriteHead(head, end)
}

// pass lets a little time pass.
func (network) pass() { time.Sleep(time.Millisecond) }

type netExchange struct{ c *wire.Client }

func (x *netExchange) write(chunk []byte, end bool) error { return x.c.Write(chunk, end) }

func (x *netExchange) trailers(h Headers) error { return x.c.WriteTrailers(wire.Fields(h)) }

func (x *netExchange) abort() {
	x.c.Reset()
	x.c.Close()
}

func (x *netExchange) response(deadline time.Time) (r Response, err error) {
	for {
		e, err := x.c.Next(deadline)
		if err == io.EOF { //nolint:errorlint // as io.Reader
			return r, nil
		}
		if err != nil {
			return r, err
		}
		if e.Head != nil {
			r.Status, r.Headers = e.Head.Status, Headers(e.Head.Fields)
		}
		r.Body += string(e.Data)
		r.Trailers = append(r.Trailers, e.Trailers...)
	}
}
