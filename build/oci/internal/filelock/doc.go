// Package filelock lets processes wait for each other by a file. A lock ends
// with the process that holds it, however it ends.
package filelock

import (
	"context"
	"errors"
	"time"
)

// Mode says who else may hold the lock.
type Mode int

const (
	// Shared is held by any number of processes at once.
	Shared Mode = iota
	// Exclusive is held by one.
	Exclusive
)

// ErrHeld is the error of Try where another process holds the lock.
var ErrHeld = errors.New("another process holds the lock")

// poll is how often a lock that is held is looked at again.
const poll = 20 * time.Millisecond

// Acquire waits for the lock, until ctx ends. The file is made where it isn't
// there, and stays.
func Acquire(ctx context.Context, path string, mode Mode) (unlock func(), err error) {
	for {
		unlock, err := Try(path, mode)
		if !errors.Is(err, ErrHeld) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(poll):
		}
	}
}
