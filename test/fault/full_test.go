package fault

import "flag"

// long asks for the full counts of the list; see docs/faults.md.
var long = flag.Bool("long", false, "run the cases that take volume or time with their full counts")

// full is a count of the list, or less without -long.
func full(all, less int) int {
	if *long {
		return all
	}
	return less
}
