// Package limit counts requests: one limiter with two stores. Redis counts for
// all gateways, in one atomic script for all limits of a request. Shared counts
// for all workers of one gateway, in its shared data.
//
// A request that is refused costs nothing: it is counted by none of its limits.
package limit

import (
	"errors"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// Limit is how many requests of a key may pass.
type Limit struct {
	// Key is what is counted. Limits of one request have different keys.
	Key string
	// Count is how many may pass in a window, at least 1.
	Count int64
	// Window is the window's length: whole milliseconds, at most MaxWindow.
	Window time.Duration
	// Burst is how many may come at once with GCRA; 0 is Count. The others
	// ignore it.
	Burst int64
	// Algorithm says how it is counted. The zero value is FixedWindow.
	Algorithm Algorithm
	// Open says that clients choose the keys, so that there is no end of them:
	// Shared keeps such a key in a table of a fixed size.
	Open bool

	args *[4]any // see Prepared
}

// Prepared returns the limit with what Redis is told about it. It is for limits
// that many requests have, and is called once it is complete but for Key and Open.
func (l Limit) Prepared() Limit {
	l.args = &[4]any{l.Algorithm.String(), decimal(l.Count), decimal(l.Window.Milliseconds()), decimal(l.burst())}
	return l
}

// Bounds of a limit. Within them all sums are whole numbers that Redis' scripts
// can hold, which is up to 2^53.
const (
	// MaxCount bounds Count.
	MaxCount = 1_000_000_000_000
	// MaxBurst bounds Burst, and Count for GCRA, times the window's milliseconds:
	// 100 million for a day.
	MaxBurst = 1 << 52
	// MaxWindow bounds Window.
	MaxWindow = 24 * time.Hour
)

// ErrLimit is returned for a limit that is out of its bounds.
var ErrLimit = errors.New("limit out of bounds")

// Check returns an ErrLimit for a limit that can't be counted.
func (l Limit) Check() error {
	most := int64(MaxCount)
	if l.Algorithm == GCRA && l.Window >= time.Millisecond {
		most = MaxBurst/l.Window.Milliseconds() - 1
	}
	switch {
	case l.Window < time.Millisecond || l.Window > MaxWindow || l.Window%time.Millisecond != 0:
		return fault.Of(ErrLimit, "a window of "+l.Window.String()+", want whole milliseconds up to "+MaxWindow.String())
	case l.Count < 1 || l.Count > most:
		return fault.Of(ErrLimit, "a count of "+decimal(l.Count)+", want 1 to "+decimal(most))
	case l.Burst < 0 || l.Burst > most:
		return fault.Of(ErrLimit, "a burst of "+decimal(l.Burst)+", want up to "+decimal(most))
	}
	return nil
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// burst returns what GCRA lets through at once.
func (l Limit) burst() int64 {
	if l.Burst > 0 {
		return l.Burst
	}
	return l.Count
}

// Verdict is what becomes of a request.
type Verdict struct {
	// Allowed says that the request may pass, and was counted.
	Allowed bool
	// Count and Remaining are those of the limit that has the least left, or
	// that refuses the request.
	Count, Remaining int64
	// Reset is the time until that limit has room again, for a request that is
	// refused, or until its window ends.
	Reset time.Duration
}

// tighter returns the verdict that says more: a refusal, the longest one, or else
// the one with the least left.
func tighter(a, b Verdict) Verdict {
	switch {
	case a.Allowed != b.Allowed:
		if b.Allowed {
			return a
		}
		return b
	case !a.Allowed && b.Reset > a.Reset, a.Allowed && b.Remaining < a.Remaining:
		return b
	}
	return a
}
