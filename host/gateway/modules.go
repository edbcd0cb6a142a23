package gateway

import (
	"context"
	"crypto/sha256"
	"sync"

	"github.com/sluiceproxy/sluice/host"
)

// Modules are compiled modules, so that the same bytes are compiled once. A
// gateway's own keep a module for as long as a set of plugins uses it.
type Modules struct {
	keep bool
	mu   sync.Mutex
	byID map[[sha256.Size]byte]*module
}

// NewModules returns modules for several gateways with one Runtime: what one of
// them has compiled the next one starts at once. They are kept until the Runtime
// is closed.
func NewModules() *Modules { return &Modules{keep: true} }

type module struct {
	*host.Module
	id   [sha256.Size]byte
	refs int // begins at 0 for a module that the caller has made, and is never again
}

// of returns the module of a plugin.
func (c *Modules) of(ctx context.Context, r *host.Runtime, p *Plugin) (*module, error) {
	if p.Module != nil {
		return &module{Module: p.Module}, nil
	}
	return c.get(ctx, r, p.Name, p.Code)
}

func (c *Modules) get(ctx context.Context, r *host.Runtime, name string, code []byte) (*module, error) {
	id := sha256.Sum256(code)
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.byID[id]; m != nil {
		m.refs++
		return m, nil
	}
	compiled, err := r.Compile(ctx, name, code)
	if err != nil {
		return nil, err
	}
	if c.byID == nil {
		c.byID = make(map[[sha256.Size]byte]*module)
	}
	m := &module{Module: compiled, id: id, refs: 1}
	c.byID[id] = m
	return m, nil
}

func (c *Modules) put(ctx context.Context, m *module) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.refs--; m.refs == 0 && !c.keep {
		delete(c.byID, m.id)
		_ = m.Close(ctx)
	}
}
