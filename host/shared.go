package host

// Shared holds the shared data and the queues of a process. It is safe for
// concurrent use.
type Shared struct{}

// NewShared returns an empty Shared.
func NewShared() *Shared { return &Shared{} }
