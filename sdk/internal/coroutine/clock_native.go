//go:build !wasip1

package coroutine

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// clock returns the host's time in nanoseconds, so that a test can move it.
func clock() int64 {
	if now, st := abi.GetCurrentTime(); st == abi.StatusOK {
		return int64(now)
	}
	return time.Now().UnixNano()
}
