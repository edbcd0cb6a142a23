package tck

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// message shows what one end saw: a first line, the fields that begin with x-c-,
// the body and the trailers.
func message(start string, header [][2]string, body string, trailers [][2]string) string {
	s := start + fields(header) + " " + cells.Quote(body)
	if shown := fields(trailers); shown != "" {
		s += " trailers" + shown
	}
	return s
}

// fields shows fields sorted by name, since not every server keeps their order.
func fields(all [][2]string) string {
	var shown []string
	for _, p := range all {
		if name := strings.ToLower(p[0]); strings.HasPrefix(name, "x-c-") {
			shown = append(shown, " "+name+"="+cells.Quote(p[1]))
		}
	}
	slices.SortStableFunc(shown, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return strings.Compare(nameA, nameB)
	})
	return shorten(shown)
}

// shorten keeps a thousand equal fields from filling the table.
func shorten(shown []string) string {
	if len(shown) > 20 {
		return fmt.Sprintf("%s and %d more", shown[0], len(shown)-1)
	}
	return strings.Join(shown, "")
}

// pairsOf makes pairs of net/http's fields.
func pairsOf(h http.Header) (pairs [][2]string) {
	for name, values := range h {
		for _, v := range values {
			pairs = append(pairs, [2]string{name, v})
		}
	}
	return pairs
}

// addAll adds pairs to net/http's fields.
func addAll(h http.Header, pairs [][2]string) {
	for _, p := range pairs {
		h.Add(p[0], p[1])
	}
}
