package gateway

import "context"

// Swap replaces the chain without losing a request: the new plugins are
// compiled, started and configured first, and only then get the requests that
// come in. Requests that run end on the plugins that they began with, which are
// closed after the last of them. Code that a running plugin has too is not
// compiled again.
//
// On an error, a *LoadError if a plugin is the reason, the old chain keeps
// serving. Calls of Swap wait for each other.
func (g *Gateway) Swap(ctx context.Context, plugins []Plugin) error {
	g.swapping.Lock()
	defer g.swapping.Unlock()
	if g.closed() {
		return ErrClosed
	}
	plugins = append([]Plugin(nil), plugins...)
	s, err := g.newSet(ctx, plugins)
	if err != nil {
		return err
	}
	g.replace(s)
	return nil
}

func (g *Gateway) closed() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.current == nil
}

// replace makes s the current set and gives up the old one.
func (g *Gateway) replace(s *set) {
	g.mu.Lock()
	old := g.current
	g.current = s
	g.mu.Unlock()
	if old != nil {
		g.closing.Add(1)
		old.release()
	}
}
