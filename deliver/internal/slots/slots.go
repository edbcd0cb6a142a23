// Package slots bounds how much is done at once.
package slots

import "context"

// Slots are places of which each piece of work takes one.
type Slots chan struct{}

// New makes n of them.
func New(n int) Slots { return make(Slots, n) }

// Do waits for a place and calls f in it. The error is that of f, or of ctx.
func (s Slots) Do(ctx context.Context, f func() error) error {
	select {
	case s <- struct{}{}:
		defer func() { <-s }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	}
}
