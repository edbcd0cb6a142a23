package hub

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/near"
)

// nearest are at most three words that may have been meant: those with the name
// in them, and those that differ in few letters, the nearest first.
func nearest(name string, words []string) []string {
	type scored struct {
		word string
		far  int
	}
	if len(name) > maxName {
		return nil
	}
	var found []scored
	for _, w := range words {
		far := near.Distance(strings.ToLower(name), w)
		if len(name) >= 3 && strings.Contains(w, strings.ToLower(name)) {
			far = 0
		}
		if far <= 1+len(name)/3 {
			found = append(found, scored{w, far})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return a.far - b.far })
	var all []string
	for _, s := range found[:min(len(found), 3)] {
		all = append(all, s.word)
	}
	return all
}
