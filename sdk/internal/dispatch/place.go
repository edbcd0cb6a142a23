package dispatch

import "strings"

// panicPlace returns "file:line" of the code that panicked, without directories,
// from the stack of a deferred function that has recovered: the first frame
// below panic's own that is not the runtime's. "" where there is none.
func panicPlace(stack string) string {
	_, rest, ok := strings.Cut(stack, "\npanic(")
	_, rest, _ = strings.Cut(rest, "\n\t") // to the place of panic itself
	_, rest, _ = strings.Cut(rest, "\n")
	for ok {
		var name, place string
		if name, rest, ok = strings.Cut(rest, "\n\t"); !ok {
			break
		}
		place, rest, _ = strings.Cut(rest, "\n")
		if strings.HasPrefix(name, "runtime.") {
			continue
		}
		place, _, _ = strings.Cut(place, " +0x")
		return place[strings.LastIndexAny(place, `/\`)+1:]
	}
	return ""
}
