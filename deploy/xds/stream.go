package xds

import (
	"slices"
	"strconv"
	"sync"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// stream is one connection. Its loop alone changes it; status reads it.
type stream struct {
	s       *Server
	address string
	began   time.Time
	wake    chan struct{} // holds at most one

	mu         sync.Mutex
	node       Node
	known      bool // the node has said who it is
	wanted     Wanted
	generation uint64 // of wanted
	subs       map[Type]*subscription
	nonces     uint64
	events     []Event // not told yet
}

func newStream(s *Server, address string) *stream {
	return &stream{s: s, address: address, began: time.Now(), wake: make(chan struct{}, 1), subs: map[Type]*subscription{}}
}

// poke has the stream look at what is wanted.
func (st *stream) poke() {
	select {
	case st.wake <- struct{}{}:
	default:
	}
}

// meet notes who the node is, from the first request.
func (st *stream) meet(n *corev3.Node) {
	if st.known {
		return
	}
	st.node, st.known = nodeOf(n), true
	if st.node.ID == "" {
		st.node.ID = st.address
	}
	st.tell(Connected{st.node, st.address})
}

// refresh asks again what is wanted if that may have changed.
func (st *stream) refresh() {
	if g := st.s.generation.Load(); st.wanted == nil || g != st.generation {
		st.generation = g
		st.wanted = st.s.o.Want(st.node)
	}
}

// subscription returns that of a type, and whether it is new. It reports false for
// a type of which there is nothing: Envoys ask for secrets, for example.
func (st *stream) subscription(t Type) (sub *subscription, first, ok bool) {
	if sub, ok := st.subs[t]; ok {
		return sub, false, true
	}
	if !slices.Contains(order[:], t) {
		return nil, false, false
	}
	sub = newSubscription(t)
	st.subs[t] = sub
	return sub, true, true
}

// maxNames bounds how many resources of a type a stream asks for.
const maxNames = 10_000

// crowded is the error of a stream that asks for more than any Envoy does.
func (st *stream) crowded() error {
	st.mu.Lock()
	defer st.mu.Unlock()
	for t, sub := range st.subs {
		if len(sub.names) > maxNames {
			return status.Errorf(codes.ResourceExhausted, "more than %d names of %s on one stream", maxNames, t)
		}
	}
	return nil
}

// answered notes what a node says to an answer.
func (st *stream) answered(sub *subscription, nonce string, refusal *refusalDetail) {
	now := time.Now()
	switch {
	case sub.flight != nil && nonce == sub.flight.nonce && refusal == nil:
		sent := sub.flight.at
		st.accepted(sub, sub.accept(now), now.Sub(sent))
	case sub.flight != nil && nonce == sub.flight.nonce:
		sent := sub.flight.at
		reasons := refusal.reasons
		if len(reasons) == 0 {
			reasons = sub.blamed(refusal.text)
		}
		sub.stale = sub.flight.version
		taken, refused := sub.refuse(reasons, refusal.text, now)
		st.accepted(sub, taken, now.Sub(sent))
		for _, r := range refused {
			st.tell(Refused{st.node, sub.t, r.Name, r.Version, sub.refused[r.Name].reason})
		}
	case sub.flight == nil && sub.denied != nil && nonce == sub.denied.nonce && refusal == nil:
		st.accepted(sub, sub.recant(now), 0)
	}
}

func (st *stream) accepted(sub *subscription, resources []Resource, took time.Duration) {
	for _, r := range resources {
		st.tell(Accepted{st.node, sub.t, r.Name, r.Version, took})
	}
}

// adopt takes it that the node has resources from an earlier connection.
func (st *stream) adopt(sub *subscription, resources []Resource) {
	now := time.Now()
	for _, r := range resources {
		sub.held[r.Name] = held{r, now}
		if r.Body != nil {
			st.tell(Accepted{st.node, sub.t, r.Name, r.Version, 0})
		}
	}
}

// tell keeps an event until the lock is released.
func (st *stream) tell(e Event) { st.events = append(st.events, e) }

// flush tells the events. They may change what is wanted.
func (st *stream) flush() {
	st.mu.Lock()
	events := st.events
	st.events = nil
	st.mu.Unlock()
	for _, e := range events {
		if c, ok := e.(Connected); ok {
			st.s.known(c.Node)
		}
		st.s.o.OnEvent(e)
	}
}

// due finds the type whose turn it is, and what plan wants sent of it; nil where
// nothing is.
func (st *stream) due(plan func(*subscription) (flight, bool)) (*subscription, flight) {
	if !st.known {
		return nil, flight{}
	}
	if st.refresh(); st.wanted == nil {
		return nil, flight{}
	}
	for _, t := range order {
		sub := st.subs[t]
		if sub == nil || sub.flight != nil || st.mustWait(t) {
			continue
		}
		if f, ok := plan(sub); ok {
			return sub, f
		}
	}
	return nil, flight{}
}

// fly notes an answer that is about to be sent.
func (st *stream) fly(sub *subscription, f flight) *flight {
	st.nonces++
	f.nonce, f.at = strconv.FormatUint(st.nonces, 10), time.Now()
	sub.flight, sub.nonce, sub.settled = &f, f.nonce, true
	return &f
}

// mayDrop reports whether surplus resources of a type may go: clusters stay until
// no listener needs them.
func (st *stream) mayDrop(t Type) bool {
	listeners := st.subs[Listeners]
	if t != Clusters || listeners == nil {
		return true
	}
	return listeners.flight == nil && len(listeners.changed(st.wanted)) == 0 && len(listeners.surplus(st.wanted)) == 0
}

// mustWait reports whether a type has to wait for another: listeners for the
// clusters that they may name.
func (st *stream) mustWait(t Type) bool {
	clusters := st.subs[Clusters]
	return t == Listeners && clusters != nil && (clusters.flight != nil || len(clusters.changed(st.wanted)) > 0)
}

// status tells of the stream, and whether the node is known.
func (st *stream) status() (NodeStatus, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	out := NodeStatus{Node: st.node, Address: st.address, Connected: true, Since: st.began}
	for _, t := range order {
		if sub := st.subs[t]; sub != nil {
			out.Resources = append(out.Resources, sub.status(st.wanted)...)
		}
	}
	return out, st.known
}
