package plugin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
)

// body is a message's body as handlers read it: the first Read waits until all
// of it is there.
type body struct {
	s      *stream
	d      direction
	data   []byte
	pos    int
	loaded bool
	gone   bool
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.gone {
		return 0, ErrBodyGone
	}
	if err := b.load(); err != nil {
		return 0, err
	}
	if b.pos == len(b.data) {
		return 0, io.EOF
	}
	n := copy(p, b.data[b.pos:])
	b.pos += n
	return n, nil
}

// Close implements io.Closer. It does nothing: the next handler may read.
func (b *body) Close() error { return nil }

// longest is a wait that only the handlers' own time ends.
const longest = 1<<63 - 1 - time.Hour

func (b *body) load() error {
	if b.loaded {
		return nil
	}
	side := &b.s.sides[b.d]
	if !side.whole {
		if side.sealed {
			return ErrBodyAfterCall
		}
		if err := b.wait(side); err != nil {
			return err
		}
	}
	data, err := getBody(b.d, side.size)
	if err != nil {
		return err
	}
	b.data, b.loaded = data, true
	return nil
}

func (b *body) wait(side *side) error {
	limit, err := coroutine.Check(side.ctx, longest)
	if err == nil {
		w := &coroutine.Wait{}
		side.waits = append(side.waits, w)
		err = w.Park(side.ctx, limit)
	}
	switch err {
	case coroutine.ErrDeadline:
		if side.size == 0 {
			b.s.plugin.module.hint()
		}
		return context.DeadlineExceeded
	case coroutine.ErrEnded:
		return context.Canceled
	}
	return err
}

// rewind lets the next handler read from the beginning.
func rewind(r io.ReadCloser) {
	if b, ok := r.(*body); ok {
		b.pos = 0
	}
}

// leave frees the body.
func leave(r io.ReadCloser) {
	if b, ok := r.(*body); ok {
		b.gone, b.data = true, nil
	}
}

// maxNewBody bounds what handlers put into a body's place.
const maxNewBody = 64 << 20

// replaced returns what took a body's place. It may wait: a new body may read
// the old one.
func replaced(old, now io.ReadCloser) (data []byte, is bool, err error) {
	if now == old {
		return nil, false, nil
	}
	if now == nil || now == http.NoBody {
		return nil, old != http.NoBody, nil
	}
	rewind(old)
	data, err = io.ReadAll(io.LimitReader(now, maxNewBody+1))
	if cerr := now.Close(); err == nil {
		err = cerr
	}
	if err == nil && len(data) > maxNewBody {
		err = errTooLarge
	}
	return data, len(data) > 0 || old != http.NoBody, err
}

// isTimeout reports whether the handlers' time was up.
func isTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }
