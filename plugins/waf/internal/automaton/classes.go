package automaton

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// classes are the runes that a program tells apart, by number. All runes of a class
// have the same effect everywhere in it.
type classes struct {
	ascii [utf8.RuneSelf]uint8
	cuts  []rune  // the first rune of each interval, ascending, of those from utf8.RuneSelf
	of    []uint8 // the class of each interval
	kinds []kind  // the kind of the runes of each class
}

// mostClasses is how many are possible: a number is kept for the end of a text.
const mostClasses = 255

// of returns the class of a rune from utf8.RuneSelf up.
func (c *classes) wide(r rune) uint8 {
	at, found := slices.BinarySearch(c.cuts, r)
	if !found {
		at--
	}
	return c.of[at]
}

// set says of each class whether an instruction takes it.
type set [4]uint64

func (s *set) has(class uint8) bool { return s[class>>6]&(1<<(class&63)) != 0 }
func (s *set) add(class uint8)      { s[class>>6] |= 1 << (class & 63) }

// classify finds the classes of the instructions that take a rune, and what each takes
// of them. It is not ok where there are too many.
func classify(takes []*syntax.Inst, used kinds) (c *classes, sets []set, ok bool) {
	c, sets = &classes{}, make([]set, len(takes))
	known := map[string]uint8{}
	for _, cut := range cutsOf(takes) {
		signature := make([]byte, len(takes)/8+2)
		for i, inst := range takes {
			if inst.MatchRune(cut) {
				signature[i/8] |= 1 << (i % 8)
			}
		}
		k := used.of(cut)
		signature[len(signature)-1] = byte(k)
		number, found := known[string(signature)]
		if !found {
			if len(c.kinds) == mostClasses {
				return nil, nil, false
			}
			number = uint8(len(c.kinds)) //nolint:gosec // bounded above
			known[string(signature)] = number
			c.kinds = append(c.kinds, k)
			for i := range takes {
				if signature[i/8]&(1<<(i%8)) != 0 {
					sets[i].add(number)
				}
			}
		}
		c.append(cut, number)
	}
	return c, sets, true
}

// append makes number the class of runes from cut up.
func (c *classes) append(cut rune, number uint8) {
	for r := cut; r < utf8.RuneSelf; r++ {
		c.ascii[r] = number
	}
	cut = max(cut, utf8.RuneSelf)
	if last := len(c.cuts) - 1; last >= 0 && c.cuts[last] == cut {
		c.of[last] = number
		return
	}
	if last := len(c.of) - 1; last < 0 || c.of[last] != number {
		c.cuts, c.of = append(c.cuts, cut), append(c.of, number)
	}
}

// cutsOf are the runes at which something may change, ascending, from 0.
func cutsOf(takes []*syntax.Inst) []rune {
	cuts := []rune{0, '\n', '\n' + 1, '0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1}
	for _, inst := range takes {
		if len(inst.Rune) == 1 {
			r := inst.Rune[0]
			cuts = append(cuts, r, r+1)
			for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
				cuts = append(cuts, other, other+1)
			}
			continue
		}
		for i := 0; i+1 < len(inst.Rune); i += 2 {
			cuts = append(cuts, inst.Rune[i], inst.Rune[i+1]+1)
		}
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}
