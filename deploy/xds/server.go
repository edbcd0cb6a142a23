package xds

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what a server sends. Want is required.
type Options struct {
	// Want says what a node shall have. It is asked when the node connects and
	// after every call of [Server.Changed], and must be quick and safe for
	// concurrent use. Nil says that it isn't known yet: the node gets no answer
	// until it is.
	Want func(Node) Wanted
	// OnEvent is told what happens, in the order in which it happens on a
	// connection, before anything else is sent on that. It may be nil.
	OnEvent func(Event)
}

// Event is something that happened on a connection: [Connected], [Disconnected],
// [Accepted] or [Refused].
type Event interface{ event() }

// Connected says that a node has connected.
type Connected struct {
	Node    Node
	Address string
}

// Disconnected says that a connection of a node has ended.
type Disconnected struct {
	Node    Node
	Address string
	For     time.Duration // how long it was there
}

// Accepted says that a node has taken a version of a resource.
type Accepted struct {
	Node     Node
	Type     Type
	Resource string
	Version  string
	// Took is the time since it was sent; 0 for what the node had when it
	// connected.
	Took time.Duration
}

// Refused says that a node has refused a version of a resource, and has kept
// what it had.
type Refused struct {
	Node     Node
	Type     Type
	Resource string
	Version  string
	Reason   string // in Envoy's words
}

func (Connected) event()    {}
func (Disconnected) event() {}
func (Accepted) event()     {}
func (Refused) event()      {}

// Server answers nodes. It is safe for concurrent use.
type Server struct {
	o          Options
	generation atomic.Uint64 // of what is wanted

	mu      sync.Mutex
	streams map[*stream]struct{}
	gone    []NodeStatus // nodes whose last connection has ended
}

// New returns a server; [Server.Register] gives it to a gRPC server.
func New(o Options) *Server {
	if o.OnEvent == nil {
		o.OnEvent = func(Event) {}
	}
	return &Server{o: o, streams: map[*stream]struct{}{}}
}

// Changed has every node get what [Options].Want says now.
func (s *Server) Changed() {
	s.generation.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for st := range s.streams {
		st.poke()
	}
}

// Nodes tells of every connection, and of nodes that have none any more.
func (s *Server) Nodes() []NodeStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.gone)
	for st := range s.streams {
		if status, ok := st.status(); ok {
			out = append(out, status)
		}
	}
	slices.SortFunc(out, func(a, b NodeStatus) int {
		return strings.Compare(a.Node.ID+"\x00"+a.Address, b.Node.ID+"\x00"+b.Address)
	})
	return out
}

// keepGone is how many nodes without a connection are remembered.
const keepGone = 100

func (s *Server) add(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams[st] = struct{}{}
}

// known forgets that a node was gone.
func (s *Server) known(n Node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = slices.DeleteFunc(s.gone, func(g NodeStatus) bool { return g.Node.ID == n.ID })
}

// remove forgets a connection, and remembers the node if that was its last.
func (s *Server) remove(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.streams, st)
	status, ok := st.status()
	if !ok {
		return
	}
	for other := range s.streams {
		if o, ok := other.status(); ok && o.Node.ID == status.Node.ID {
			return
		}
	}
	status.Connected, status.Since = false, time.Now()
	s.gone = append(s.gone, status)
	if len(s.gone) > keepGone {
		s.gone = s.gone[1:]
	}
}
