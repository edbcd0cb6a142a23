package agent

import (
	"context"
	"sync"
)

// group waits for goroutines.
type group struct{ sync.WaitGroup }

// Go starts one.
func (g *group) Go(f func()) {
	g.Add(1)
	go func() {
		defer g.Done()
		f()
	}()
}

// atOnce bounds how many modules are fetched at once.
const atOnce = 4

// slots bound how many modules are fetched at once.
type slots chan struct{}

func (s slots) take(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slots) give() { <-s }
