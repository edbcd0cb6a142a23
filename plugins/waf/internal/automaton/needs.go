package automaton

import (
	"cmp"
	"math/bits"
	"regexp/syntax"
	"slices"
	"unicode"
)

// Bytes is a set of bytes. Those from 0x7f up count as one.
type Bytes [2]uint64

// BytesOf returns the bytes of a text.
func BytesOf(text string) (b Bytes) {
	for i := range len(text) {
		at := min(text[i], 127)
		b[at>>6] |= 1 << (at & 63)
	}
	return b
}

// Meets reports whether both sets have a byte.
func (b Bytes) Meets(other Bytes) bool { return b[0]&other[0]|b[1]&other[1] != 0 }

func (b *Bytes) add(r rune) {
	at := min(uint32(r), 127) //nolint:gosec // runes of a pattern are not negative
	b[at>>6] |= 1 << (at & 63)
}

func (b *Bytes) addAll(other Bytes) {
	b[0] |= other[0]
	b[1] |= other[1]
}

// mostNeeds is how many sets are kept for a pattern: those that say the most.
const mostNeeds = 6

// needs are the sets of which each match of an expression has a byte each.
func needs(re *syntax.Regexp) []Bytes {
	all := collect(re)
	slices.SortFunc(all, func(a, b Bytes) int {
		return cmp.Or(cmp.Compare(a.weight(), b.weight()), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	all = slices.Compact(all)
	return slices.Clone(all[:min(len(all), mostNeeds)])
}

// collect returns all sets that are needed, as often as they are.
func collect(re *syntax.Regexp) (all []Bytes) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			all = append(all, literal(r, re.Flags&syntax.FoldCase != 0))
		}
	case syntax.OpCharClass:
		all = append(all, class(re.Rune))
	case syntax.OpCapture, syntax.OpPlus:
		return collect(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return collect(re.Sub[0])
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			all = append(all, collect(sub)...)
		}
	case syntax.OpAlternate:
		return either(re.Sub)
	}
	return all
}

// either is what is needed where one of several is: a byte of the best set of each.
func either(subs []*syntax.Regexp) []Bytes {
	var together Bytes
	for _, sub := range subs {
		all := collect(sub)
		if len(all) == 0 {
			return nil
		}
		together.addAll(slices.MinFunc(all, func(a, b Bytes) int { return cmp.Compare(a.weight(), b.weight()) }))
	}
	return []Bytes{together}
}

func literal(r rune, fold bool) (b Bytes) {
	b.add(r)
	if fold {
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			b.add(other)
		}
	}
	return b
}

// class is the set of a character class, which has pairs of a first and a last rune.
func class(pairs []rune) (b Bytes) {
	for i := 0; i+1 < len(pairs); i += 2 {
		for r := pairs[i]; r <= min(pairs[i+1], 127); r++ {
			b.add(r)
		}
		if pairs[i+1] > 127 {
			b.add(127)
		}
	}
	return b
}

// often are the bytes that texts are made of, and frequent those of them that hardly
// any text lacks.
var often, frequent = BytesOf("abcdefghijklmnopqrstuvwxyz0123456789./-_"), BytesOf(" aeinorst")

// weight says how often a set is met by harmless texts. Less is better.
func (b Bytes) weight() int {
	common := Bytes{b[0] & often[0], b[1] & often[1]}
	most := Bytes{b[0] & frequent[0], b[1] & frequent[1]}
	return b.count() + 4*common.count() + 16*most.count()
}

func (b Bytes) count() int { return bits.OnesCount64(b[0]) + bits.OnesCount64(b[1]) }
