package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// ErrStalled is in the error about a connection on which nothing moved.
var ErrStalled = errors.New("the connection stalled")

// stall ends requests and answers on which nothing moves for a while. A slow
// transfer is fine as long as it moves.
type stall struct {
	base http.RoundTripper
	wait time.Duration
}

// RoundTrip sends the request under watch.
func (s *stall) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	w := &watch{wait: s.wait, ctx: ctx, cancel: cancel}
	w.timer = time.AfterFunc(s.wait, func() { cancel(fmt.Errorf("%w: nothing came for %s", ErrStalled, s.wait)) })
	req = req.WithContext(ctx)
	if req.Body != nil && req.Body != http.NoBody {
		req.Body = &watched{req.Body, w, false}
	}
	res, err := s.base.RoundTrip(req)
	if err != nil {
		err = w.cause(err)
		w.stop()
		return nil, err
	}
	w.timer.Reset(s.wait)
	res.Body = &watched{res.Body, w, true}
	return res, nil
}

// watch is the timer of one exchange.
type watch struct {
	wait   time.Duration
	timer  *time.Timer
	ctx    context.Context
	cancel context.CancelCauseFunc
}

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

// cause replaces the "context canceled" of an exchange that stalled.
func (w *watch) cause(err error) error {
	if cause := context.Cause(w.ctx); err != nil && errors.Is(cause, ErrStalled) {
		return cause
	}
	return err
}

// watched is a body that tells the watch when it moves.
type watched struct {
	io.ReadCloser
	watch *watch
	last  bool // closing it ends the exchange
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.watch.timer.Reset(b.watch.wait)
	}
	if err != nil && err != io.EOF { //nolint:errorlint // readers return io.EOF bare
		err = b.watch.cause(err)
	}
	return n, err
}

func (b *watched) Close() error {
	err := b.ReadCloser.Close()
	if b.last {
		b.watch.stop()
	}
	return err
}
