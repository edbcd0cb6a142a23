package registry

import (
	"errors"
	"fmt"
)

// ErrRefused is in every error about a request that was not sent, or an answer
// that was not followed, because it could have given a secret away.
var ErrRefused = errors.New("refused")

// RefusedError says what a registry wanted and why it didn't get it.
type RefusedError struct {
	// Registry is the origin that the request was meant for.
	Registry string
	// Target is the origin that the registry named instead.
	Target string
	// Reason says what would have happened, and what to do.
	Reason string
}

// Error names both sides.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("refused: registry %s points to %s: %s", e.Registry, e.Target, e.Reason)
}

// Unwrap makes errors.Is(err, ErrRefused) true.
func (e *RefusedError) Unwrap() error { return ErrRefused }
