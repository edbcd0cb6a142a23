package agent

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/upstream"
)

// session is a stream to the control plane for a node. What can't be sent needs no
// error: the stream ends then.
type session struct {
	stream *upstream.Stream
	begun  map[xds.Type]bool
}

// subscribe changes what is asked for. claims are for the first time of a type.
func (s *session) subscribe(t xds.Type, more, less []string, claims map[string]string) {
	if s.begun[t] {
		claims = nil
	}
	s.begun[t] = true
	_ = s.stream.Subscribe(t, more, less, claims) // see session
}

func (s *session) answer(t xds.Type, nonce string, reasons map[string]string) {
	_ = s.stream.Answer(t, nonce, reasons) // see session
}

// connect keeps a session until ctx ends.
func (n *node) connect(ctx context.Context, proto upstream.Node) {
	pause := n.a.o.Reconnect
	for ctx.Err() == nil {
		began := time.Now()
		err := n.converse(ctx, proto)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > n.a.o.MaxReconnect {
			pause = n.a.o.Reconnect
		}
		wait := pause/2 + rand.N(pause/2+1) //nolint:gosec // a pause is no secret
		n.a.tell(Upstream{Node: n.id, Server: n.a.o.Server, Err: err.Error(), Retry: wait})
		select {
		case <-ctx.Done():
		case <-time.After(wait):
			pause = min(2*pause, n.a.o.MaxReconnect)
		}
	}
}

// converse is one session, until it breaks.
func (n *node) converse(ctx context.Context, proto upstream.Node) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := upstream.Open(ctx, n.a.conn, proto)
	if err != nil {
		return err
	}
	s := &session{stream: stream, begun: map[xds.Type]bool{}}
	n.do(func() {
		if ctx.Err() == nil { // the Envoy is still there
			n.begin(s)
		}
	})
	defer n.do(func() {
		if n.session == s {
			n.session, n.pending = nil, nil
		}
	})
	for {
		u, err := stream.Recv()
		if err != nil {
			return err
		}
		n.do(func() {
			if n.session == s {
				n.take(u)
			}
		})
	}
}

// begin asks for what the Envoy asks for, and says what it has of it.
func (n *node) begin(s *session) {
	n.session, n.pending = s, nil
	clear(n.last)
	n.a.tell(Upstream{Node: n.id, Server: n.a.o.Server})
	asked := n.asked()
	for _, t := range types {
		if names := slices.Sorted(maps.Keys(asked[t])); len(names) > 0 {
			s.subscribe(t, names, nil, n.claims(t, asked[t]["*"]))
		}
		for _, i := range n.items[t] {
			i.owed = false // the control plane remembers nothing
		}
	}
}

// unconfirmed is the version of what this Envoy has not accepted yet: none that a
// control plane knows, so that it sends the resource, or that it is gone.
const unconfirmed = "unconfirmed"

// claims are the versions that the connected Envoy has. Of types that are asked for
// as a whole, all else is claimed too, so that the control plane says what is gone.
func (n *node) claims(t xds.Type, whole bool) map[string]string {
	claims := map[string]string{}
	for name, i := range n.items[t] {
		switch {
		case i.isCurrent() && i.held == i.ready.Version:
			claims[name] = i.desired.Version
		case whole:
			claims[name] = unconfirmed
		}
	}
	return claims
}
