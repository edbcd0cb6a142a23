package filter

import (
	"context"
	"time"
)

// plainContext is the context of methods that can't wait: they run to their end
// within the host's callback, so the stream can't end before them.
type plainContext struct{}

var _ context.Context = plainContext{}

// Deadline implements context.Context.
func (plainContext) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (plainContext) Done() <-chan struct{} { return nil }

// Err implements context.Context.
func (plainContext) Err() error { return nil }

// Value implements context.Context.
func (plainContext) Value(any) any { return nil }
