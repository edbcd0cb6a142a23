package plugintest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Backend is a server behind the gateway: the one that requests go to, or one
// that the plugin calls. It notes what reaches it and answers as the test says:
// 200 without a body unless told otherwise.
type Backend struct {
	t    testing.TB
	name string

	mu     sync.Mutex
	answer func(Received) Answer
	early  bool
	got    []*Received
}

func newBackend(t testing.TB, name string) *Backend { return &Backend{t: t, name: name} }

// Answer makes the backend give this answer to each request from now on.
func (b *Backend) Answer(a Answer) { b.AnswerFunc(func(Received) Answer { return a }) }

// AnswerFunc makes f answer. It is called when a request is complete. It must be
// safe for concurrent use.
func (b *Backend) AnswerFunc(f func(Received) Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer, b.early = f, false
}

// AnswerEarly is Answer when the headers of a request have come, before its body.
func (b *Backend) AnswerEarly(a Answer) {
	b.Answer(a)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.early = true
}

// isEarly reports whether answers don't wait for the end of a request.
func (b *Backend) isEarly() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.early
}

// Requests returns what has come so far, oldest first, also requests that are
// still under way.
func (b *Backend) Requests() []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]Received, 0, len(b.got))
	for _, r := range b.got {
		out = append(out, *r)
	}
	return out
}

// Only returns the only request that has come; it waits for it and its end. The
// test ends where there is none soon, or another one.
func (b *Backend) Only() Seen {
	b.t.Helper()
	return b.Want(1)[0]
}

// Want returns the requests that have come; it waits until there are n that
// have ended or were broken off. The test ends unless it is exactly n.
func (b *Backend) Want(n int) []Seen {
	b.t.Helper()
	ok := eventually(func() bool {
		over := 0
		for _, r := range b.Requests() {
			if r.Ended || r.Broken {
				over++
			}
		}
		return over >= n
	})
	list := b.Requests()
	if !ok || len(list) != n {
		b.t.Fatalf("%s: %d requests have come, want %d that ended%s", b.name, len(list), n, describe(list))
	}
	seen := make([]Seen, n)
	for i, r := range list {
		seen[i] = Seen{Received: r, t: b.t, name: b.name}
	}
	return seen
}

// WantNone fails the test if a request has come.
func (b *Backend) WantNone() {
	b.t.Helper()
	if list := b.Requests(); len(list) > 0 {
		b.t.Errorf("%s: %d requests have come, want none%s", b.name, len(list), describe(list))
	}
}

// Wait returns when ok accepts the newest request as far as it has come. The
// test ends where that does not happen soon.
func (b *Backend) Wait(what string, ok func(Received) bool) Seen {
	b.t.Helper()
	var last Received
	if !eventually(func() bool {
		list := b.Requests()
		if len(list) == 0 {
			return false
		}
		last = list[len(list)-1]
		return ok(last)
	}) {
		b.t.Fatalf("%s: %s did not happen%s", b.name, what, describe(b.Requests()))
	}
	return Seen{Received: last, t: b.t, name: b.name}
}

func describe(list []Received) string {
	var s strings.Builder
	for _, r := range list {
		fmt.Fprintf(&s, "\n\t%s %s of %s, body %q, ended %v, broken off %v", r.Method, r.Path, r.Host, clip(r.Body), r.Ended, r.Broken)
	}
	return s.String()
}

// begin notes a request whose headers have come.
func (b *Backend) begin(r Received) *Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, &r)
	return &r
}

// change changes a request that is under way.
func (b *Backend) change(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// reply is the answer to a request as it is now.
func (b *Backend) reply(r *Received) Answer {
	b.mu.Lock()
	f, now := b.answer, *r
	now.Headers, now.Trailers = slices.Clone(r.Headers), slices.Clone(r.Trailers)
	b.mu.Unlock()
	if f == nil {
		return Answer{}
	}
	return f(now)
}

// responder takes an answer, piece by piece.
type responder interface {
	head(status int, h Headers, end bool) error
	chunk(data string, end bool) error
	trailers(h Headers) error
	reset()
}

// give hands an answer to a responder.
func (a Answer) give(to responder) error {
	time.Sleep(a.Delay)
	if a.Reset == BeforeHeaders {
		to.reset()
		return nil
	}
	status, headers, pieces := a.parts()
	open := len(pieces) > 0 || a.Trailers != nil || a.Reset != NoReset
	if err := to.head(status, headers, !open); err != nil || !open {
		return err
	}
	if a.Reset == AfterHeaders {
		to.reset()
		return nil
	}
	return a.body(to, pieces)
}

func (a Answer) body(to responder, pieces []string) error {
	for i, p := range pieces {
		time.Sleep(a.Pace)
		last := i == len(pieces)-1 && a.Trailers == nil && a.Reset == NoReset
		if err := to.chunk(p, last); err != nil {
			return err
		}
	}
	switch {
	case a.Reset == BeforeEnd:
		to.reset()
	case a.Trailers != nil:
		return to.trailers(a.Trailers)
	}
	return nil
}

// parts are status, headers and the pieces of the body.
func (a Answer) parts() (status int, h Headers, pieces []string) {
	r := Request{Headers: a.Headers, Body: a.Body, Chunks: a.Chunks, Trailers: a.Trailers}
	if a.Reset == NoReset {
		r = r.withLength()
	}
	if status = a.Status; status == 0 {
		status = 200
	}
	return status, r.Headers, r.pieces()
}
