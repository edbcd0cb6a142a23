package hub

import (
	"slices"
	"strings"
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
		far := distance(strings.ToLower(name), w)
		if len(name) >= 3 && strings.Contains(w, strings.ToLower(name)) {
			far = 0
		}
		if far <= 1+len(name)/3 {
			found = append(found, scored{w, far})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return a.far - b.far })
	var near []string
	for _, s := range found[:min(len(found), 3)] {
		near = append(near, s.word)
	}
	return near
}

// distance is the number of letters to add, take or change that make a of b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}
