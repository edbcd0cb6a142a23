package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"github.com/sluiceproxy/sluice/deliver/internal/slots"
	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/report"
	"github.com/sluiceproxy/sluice/deploy/xds/upstream"
)

// maxNodes bounds the nodes: the Envoys of one machine.
const maxNodes = 64

// Agent relays between Envoys and a control plane.
type Agent struct {
	o      Options
	ctx    context.Context //nolint:containedctx // that of Run, which everything ends with
	prep   *prepare.Preparer
	server *xds.Server
	conn   *grpc.ClientConn
	slots  slots.Slots
	group  group

	mu    sync.Mutex
	nodes map[string]*node
}

// Run serves Envoys until ctx ends, and returns nil then. Envoys keep what they have
// when it ends.
func Run(ctx context.Context, o Options) error {
	if err := o.complete(); err != nil {
		return err
	}
	prep, err := prepare.New(o.Prepare)
	if err != nil {
		return err
	}
	defer prep.Close()
	if o.Prepare.Dir, err = filepath.Abs(o.Prepare.Dir); err != nil {
		return err
	}
	if o.Dir == "" {
		o.Dir = filepath.Join(o.Prepare.Dir, "state")
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return fmt.Errorf("directory for what Envoy has: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := &Agent{o: o, ctx: ctx, prep: prep, slots: slots.New(atOnce), nodes: map[string]*node{}}
	a.server = xds.New(xds.Options{Want: a.want, OnEvent: a.happened})
	if a.conn, err = dial(o); err != nil {
		return err
	}
	defer a.conn.Close()
	l, err := listen(ctx, o.Listen)
	if err != nil {
		return fmt.Errorf("for Envoy: %w", err)
	}
	defer a.group.Wait()
	defer cancel()
	return a.serve(l)
}

// serve answers Envoys until the agent's context ends.
func (a *Agent) serve(l net.Listener) error {
	g := grpc.NewServer(
		grpc.StreamInterceptor(upstream.Tap(a.asked)),
		grpc.MaxRecvMsgSize(maxRequest),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	)
	a.server.Register(g)
	report.Relay(g, a.conn)
	failed := make(chan error, 1)
	go func() {
		err := g.Serve(l)
		if errors.Is(err, grpc.ErrServerStopped) {
			err = nil
		}
		failed <- err
	}()
	a.tell(Ready{Listen: address(a.o.Listen, l), Server: a.o.Server})
	a.group.Go(a.prune)
	select {
	case <-a.ctx.Done():
		g.Stop() // streams never end by themselves
		return <-failed
	case err := <-failed:
		return err
	}
}

func (a *Agent) tell(e Event) { a.o.OnEvent(e) }

// want is what a node shall have; nil while that isn't known.
func (a *Agent) want(x xds.Node) xds.Wanted {
	n := a.find(x.ID)
	if n == nil {
		return nil
	}
	if w := n.wanted.Load(); w != nil {
		return *w
	}
	return nil
}

// all are the nodes there are.
func (a *Agent) all() []*node {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Collect(maps.Values(a.nodes))
}

func (a *Agent) find(id string) *node {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.nodes[id]
}

// asked notes what an Envoy asks for. The server sees the request afterwards.
func (a *Agent) asked(q upstream.Asked) {
	id := q.Node.ID()
	if id == "" {
		a.tell(Warning{Text: "an Envoy without node.id in its bootstrap gets no answer"})
		return
	}
	if q.Gone && a.find(id) == nil {
		return // it never got a place
	}
	for a.ctx.Err() == nil {
		n := a.node(id)
		if n == nil {
			a.tell(Warning{Node: id, Text: fmt.Sprintf("gets no answer: an agent is for at most %d nodes at once", maxNodes)})
			return
		}
		if n.do(func() { n.ask(q) }) {
			return
		}
		a.forget(n) // it has just been given up for another one
	}
}

// node finds a node, or makes it; nil says that there are too many.
func (a *Agent) node(id string) *node {
	if n := a.find(id); n != nil {
		return n
	}
	a.makeRoom()
	a.mu.Lock()
	defer a.mu.Unlock()
	n := a.nodes[id]
	if n == nil && len(a.nodes) < maxNodes {
		n = newNode(a, id)
		a.nodes[id] = n
		a.group.Go(func() {
			n.restore(n.ctx)
			n.run()
		})
	}
	return n
}

// makeRoom gives up nodes that have no connection, where there are too many: an
// Envoy may have another id each time it starts.
func (a *Agent) makeRoom() {
	all := a.all()
	if len(all) < maxNodes {
		return
	}
	for _, n := range all {
		if n.leaveIfIdle() {
			a.forget(n)
		}
	}
}

func (a *Agent) forget(n *node) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.nodes[n.id] == n {
		delete(a.nodes, n.id)
	}
}
