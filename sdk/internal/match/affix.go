package match

import "github.com/sluiceproxy/sluice/sdk/internal/order"

// affixes finds the first rule whose text a string begins with, or ends in, in
// O(log n): the texts are sorted, the last one that is not behind the string
// shares with it every text that it begins with, and each text knows the
// longest other text that it begins with itself.
type affixes struct {
	fromEnd bool
	texts   []string
	rules   []int32 // for texts[i]: the first rule for it, or for its ancestors
	parents []int32 // longest text that texts[i] begins with, none if there is none
}

// add notes that rule i is for text. Call build after the last one.
func (a *affixes) add(text string, i int32) {
	a.texts = append(a.texts, text)
	a.rules = append(a.rules, i)
}

func (a *affixes) build() {
	sorted := make([]int32, len(a.texts))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	order.Sort(len(sorted), func(i, j int) bool {
		x, y := sorted[i], sorted[j]
		if c := a.compare(a.texts[x], a.texts[y]); c != 0 {
			return c < 0
		}
		return a.rules[x] < a.rules[y]
	}, func(i, j int) { sorted[i], sorted[j] = sorted[j], sorted[i] })
	texts, rules := a.texts, a.rules
	a.texts, a.rules, a.parents = nil, nil, nil
	for _, i := range sorted {
		if n := len(a.texts); n > 0 && a.texts[n-1] == texts[i] {
			continue // the same text again, for a later rule
		}
		a.append(texts[i], rules[i])
	}
}

// append adds a text that sorts behind all others.
func (a *affixes) append(text string, rule int32) {
	p := int32(len(a.texts)) - 1
	for p >= 0 && !a.has(text, a.texts[p]) {
		p = a.parents[p]
	}
	if p >= 0 {
		rule = min(rule, a.rules[p])
	} else {
		p = -1
	}
	a.texts, a.rules, a.parents = append(a.texts, text), append(a.rules, rule), append(a.parents, p)
}

// find returns the first rule whose text s begins with or ends in.
func (a *affixes) find(s string) int32 {
	lo, hi := 0, len(a.texts)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if a.compare(a.texts[mid], s) <= 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for i := int32(lo) - 1; i >= 0; i = a.parents[i] {
		if a.has(s, a.texts[i]) {
			return a.rules[i]
		}
	}
	return none
}

// has reports whether s begins with, or ends in, text.
func (a *affixes) has(s, text string) bool {
	if len(text) > len(s) {
		return false
	}
	if a.fromEnd {
		return s[len(s)-len(text):] == text
	}
	return s[:len(text)] == text
}

// compare orders strings by their bytes, read from the end where fromEnd.
func (a *affixes) compare(x, y string) int {
	n := min(len(x), len(y))
	for i := 0; i < n; i++ {
		bx, by := x[i], y[i]
		if a.fromEnd {
			bx, by = x[len(x)-1-i], y[len(y)-1-i]
		}
		if bx != by {
			return int(bx) - int(by)
		}
	}
	return len(x) - len(y)
}
