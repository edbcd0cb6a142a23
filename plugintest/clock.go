package plugintest

import (
	"io"
	"sync"
	"time"
)

// clock is one that stands still between calls of Advance.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// newClock returns a clock; that of the zero time is the machine's, and nil.
func newClock(at time.Time) *clock {
	if at.IsZero() {
		return nil
	}
	return &clock{now: at}
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// source is the function to read the clock with, nil for the machine's.
func (c *clock) source() func() time.Time {
	if c == nil {
		return nil
	}
	return c.read
}

// Advance moves the plugin's clock, which Plugin.Clock has set. Ticks don't
// follow it.
func (gw *Gateway) Advance(d time.Duration) {
	gw.t.Helper()
	if gw.clock == nil {
		gw.t.Fatal("Advance: the clock is the machine's; set Plugin.Clock")
	}
	gw.clock.mu.Lock()
	defer gw.clock.mu.Unlock()
	gw.clock.now = gw.clock.now.Add(d)
}

// lockedReader makes a source of random numbers safe for concurrent use.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

// Read implements io.Reader.
func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}
