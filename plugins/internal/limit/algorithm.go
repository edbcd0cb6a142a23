package limit

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// Algorithm is a way of counting.
type Algorithm uint8

const (
	// FixedWindow counts from the first request of a window to its end, then
	// from 0. Around the edge of two windows twice the count can pass within one
	// window's length.
	FixedWindow Algorithm = iota
	// SlidingWindow never lets more than the count pass in any time of the
	// window's length. A request is forgotten at most 1/64 of a window late.
	SlidingWindow
	// GCRA is the generic cell rate algorithm of ITU-T I.371, as a leaky bucket:
	// a burst at once, then requests at an even pace. It is known as a token
	// bucket, too.
	GCRA
)

// names are those of configurations and of Redis' script.
func names() [3]string { return [3]string{"fixed_window", "sliding_window", "gcra"} }

// String returns the algorithm's name in configurations.
func (a Algorithm) String() string {
	if n := names(); int(a) < len(n) {
		return n[a]
	}
	return "algorithm " + strconv.Itoa(int(a))
}

// ParseAlgorithm returns the algorithm of a name.
func ParseAlgorithm(name string) (Algorithm, error) {
	n := names()
	for i, of := range n {
		if of == name {
			return Algorithm(i), nil
		}
	}
	return 0, fault.Of(ErrLimit, "algorithm "+strconv.Quote(name)+", want one of "+strings.Join(n[:], ", "))
}

// Slots is how many parts SlidingWindow counts a window in.
const Slots = 64
