package dispatch

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/ascii"
)

// panicPlace returns "file:line" of the code that panicked, without directories,
// from the stack of a deferred function that has recovered: the first frame
// below panic's own that is not the runtime's. "" where there is none.
func panicPlace(stack string) string {
	name, panicked := "", false
	for stack != "" {
		var line string
		line, stack, _ = ascii.Cut(stack, '\n')
		switch {
		case !strings.HasPrefix(line, "\t"):
			name = line
		case strings.HasPrefix(name, "panic("):
			panicked = true
		case panicked && !strings.HasPrefix(name, "runtime."):
			return fileName(line)
		}
	}
	return ""
}

// fileName is the last part of a path, without the offset behind it.
func fileName(place string) string {
	begin := 0
	for i := range len(place) {
		switch place[i] {
		case '/', '\\', '\t':
			begin = i + 1
		case ' ':
			if strings.HasPrefix(place[i:], " +0x") {
				return place[begin:i]
			}
		}
	}
	return place[begin:]
}
