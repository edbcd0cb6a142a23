//go:build wasip1

package coroutine

import "time"

var began = time.Now()

// clock returns nanoseconds that never go back: one call of the system.
func clock() int64 { return int64(time.Since(began)) }
