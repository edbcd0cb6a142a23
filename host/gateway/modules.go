package gateway

import (
	"context"
	"crypto/sha256"
	"sync"

	"github.com/sluiceproxy/sluice/host"
)

// modules keeps compiled modules for as long as a set uses them, so that the
// same bytes are compiled once.
type modules struct {
	mu   sync.Mutex
	byID map[[sha256.Size]byte]*module
}

type module struct {
	*host.Module
	id   [sha256.Size]byte
	refs int
}

func (c *modules) get(ctx context.Context, r *host.Runtime, name string, code []byte) (*module, error) {
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

func (c *modules) put(ctx context.Context, m *module) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.refs--; m.refs == 0 {
		delete(c.byID, m.id)
		_ = m.Close(ctx)
	}
}
