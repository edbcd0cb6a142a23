//go:build wasip1

package clock

import "time"

// began is set when it is first needed, so that plugins that count no time
// don't link its initialisation.
var began time.Time

// Now returns nanoseconds that never go back: one call of the system.
func Now() int64 {
	if began.IsZero() {
		began = time.Now()
	}
	return int64(time.Since(began))
}
