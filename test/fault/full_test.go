package fault

import (
	"flag"
	"time"
)

// long asks for the full counts of the list; see docs/faults.md.
var long = flag.Bool("long", false, "run the cases that take volume or time with their full counts")

// soakRequests is the full count of the longest case.
var soakRequests = flag.Int("soak", 1_000_000, "requests of the soak, with -long")

// soakTime ends it earlier.
var soakTime = flag.Duration("soak-time", 3*time.Hour, "most time of the soak on one gateway, with -long")

// full is a count of the list, or less without -long.
func full(all, less int) int {
	if *long {
		return all
	}
	return less
}
