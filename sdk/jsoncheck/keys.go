package jsoncheck

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// keys are those that were met so far. Nothing is taken out of seen: emptying a
// large map again and again would take more time than its text is long.
type keys struct {
	open   []int // numbers of the lists and objects that are not closed yet
	number int   // of the last
	seen   map[member]struct{}
}

// member is a key of one object.
type member struct {
	object int
	key    string
}

func (k *keys) begin() {
	k.number++
	k.open = append(k.open, k.number)
}

func (k *keys) end() { k.open = k.open[:len(k.open)-1] }

// add notes a key of the innermost object, as it stands between its quotes, and
// says whether it is new there.
func (k *keys) add(raw []byte) bool {
	if bytes.IndexByte(raw, '\\') >= 0 {
		raw = unescape(raw)
	}
	m := member{k.open[len(k.open)-1], string(raw)}
	if _, found := k.seen[m]; found {
		return false
	}
	if k.seen == nil {
		k.seen = map[member]struct{}{}
	}
	k.seen[m] = struct{}{}
	return true
}

// unescape returns a string without its escapes, which str has accepted.
func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		switch i++; raw[i] {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r, n := character(raw[i-1:])
			out = utf8.AppendRune(out, r)
			i += n - 2
		default: // quote, slash, backslash
			out = append(out, raw[i])
		}
	}
	return out
}

// character is what the escape \uXXXX, or two of them for a surrogate pair, at
// the beginning of a text stands for, and its length.
func character(text []byte) (r rune, length int) {
	c := checker{data: text}
	high, _ := c.hex4(0)
	if !utf16.IsSurrogate(rune(high)) {
		return rune(high), 6
	}
	low, _ := c.hex4(6)
	return utf16.DecodeRune(rune(high), rune(low)), 12
}
