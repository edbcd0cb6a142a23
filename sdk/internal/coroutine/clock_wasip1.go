//go:build wasip1

package coroutine

import "time"

// began is set when it is first needed, so that plugins without coroutines
// don't link its initialisation.
var began time.Time

// clock returns nanoseconds that never go back: one call of the system.
func clock() int64 {
	if began.IsZero() {
		began = time.Now()
	}
	return int64(time.Since(began))
}
