package plugin

import (
	"context"
	"fmt"
	"net/http"
)

// chain is one configuration: handlers in their order.
type chain struct {
	handlers []Handler
	settings settings
	streams  int // that use it
	retired  bool
	cleaned  bool
}

// retire says that no new exchange uses the chains. Each is cleaned up, once,
// when its last exchange is over.
func retire(chains []*chain) {
	for _, c := range chains {
		c.retired = true
		c.end()
	}
}

// release follows the end of an exchange that used the chain.
func (c *chain) release() {
	c.streams--
	c.end()
}

func (c *chain) end() {
	if c.retired && c.streams == 0 && !c.cleaned {
		c.cleaned = true
		cleanup(c.handlers)
	}
}

// answer is what a chain came to: an answer to the client, or nil for a message
// that goes on.
type answer struct {
	result  *Result
	handler string // who gave it
	err     error  // it can't be given as it is, or there is none
}

// timedOut is the answer of a chain whose time is up.
var timedOut = NewResult(Stop, WithStatus(http.StatusGatewayTimeout),
	WithJSONResponse(map[string]string{"error": "plugin processing timeout"}))

// process runs f for each handler until one answers or ctx ends.
func (c *chain) process(ctx context.Context, f func(Handler) *Result, apply func(*Result) error) *answer {
	for _, h := range c.handlers {
		if ctx.Err() != nil {
			break
		}
		result := f(h)
		if a := judge(h, result); a != nil {
			return a
		}
		if result == ResultContinue || result == ResultModify {
			continue
		}
		if err := apply(result); err != nil {
			return &answer{handler: h.Name(), err: err}
		}
	}
	if ctx.Err() == context.DeadlineExceeded {
		return &answer{result: timedOut}
	}
	return nil
}

// judge returns the answer that a result is, nil for one that goes on.
func judge(h Handler, r *Result) *answer {
	switch {
	case r == nil:
		return &answer{handler: h.Name(), err: fmt.Errorf("it returned a nil result")}
	case r.err != nil:
		return &answer{handler: h.Name(), err: fmt.Errorf("the body of its result: %w", r.err)}
	case r.action == Stop && (r.StatusCode < 200 || r.StatusCode > 599):
		return &answer{handler: h.Name(), err: fmt.Errorf("it returned Stop with status %d, want 200 to 599", r.StatusCode)}
	case r.action == Stop:
		return &answer{result: r, handler: h.Name()}
	case r.action != Continue && r.action != Modify:
		return &answer{handler: h.Name(), err: fmt.Errorf("it returned the unknown action %d", int(r.action))}
	}
	return nil
}
