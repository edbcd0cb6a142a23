//go:build !wasip1

package clock

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// Now returns the host's time in nanoseconds, so that a test can move it.
func Now() int64 {
	if now, st := abi.GetCurrentTime(); st == abi.StatusOK {
		return int64(now)
	}
	return time.Now().UnixNano()
}
