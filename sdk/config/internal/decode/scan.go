package decode

import (
	"bytes"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// peek skips white space and returns the byte after it.
func (d *decoder) peek() byte {
	for ; d.pos < len(d.data); d.pos++ {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// skip takes the next value and returns its text.
func (d *decoder) skip() []byte {
	c := d.peek()
	start := d.pos
	switch c {
	case '"':
		d.skipString()
	case '{', '[':
		d.skipNested()
	default:
		for d.pos < len(d.data) && !ends(d.data[d.pos]) {
			d.pos++
		}
	}
	return d.data[start:d.pos]
}

// ends reports whether a byte follows a number or a word.
func ends(c byte) bool {
	switch c {
	case ',', ']', '}', ':', ' ', '\t', '\n', '\r':
		return true
	}
	return false
}

func (d *decoder) skipString() {
	for d.pos++; d.data[d.pos] != '"'; d.pos++ {
		if d.data[d.pos] == '\\' {
			d.pos++
		}
	}
	d.pos++
}

func (d *decoder) skipNested() {
	for level := 0; ; {
		switch d.data[d.pos] {
		case '"':
			d.skipString()
			continue
		case '{', '[':
			level++
		case '}', ']':
			level--
		}
		if d.pos++; level == 0 {
			return
		}
	}
}

// next takes what stands between the elements of a list or object, its opening
// bracket first. more is false behind the closing one.
func (d *decoder) next() (more bool) {
	switch d.peek() {
	case '{', '[', ',':
		d.pos++
	}
	if c := d.peek(); c == '}' || c == ']' {
		d.pos++
		return false
	}
	return true
}

// key takes a key and its colon.
func (d *decoder) key() []byte {
	key := unquote(d.skip())
	d.peek()
	d.pos++
	return key
}

// unquote returns the text of a JSON string. It is a part of raw where raw has
// no escapes.
func unquote(raw []byte) []byte {
	raw = raw[1 : len(raw)-1]
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	return jsonscan.Unescape(make([]byte, 0, len(raw)), raw)
}

// name says what the next value is.
func (d *decoder) name() string {
	switch d.peek() {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// atNumber reports whether the next value is a number.
func (d *decoder) atNumber() bool {
	c := d.peek()
	return c == '-' || '0' <= c && c <= '9'
}

// expect reports whether the next value begins with one of two bytes, and
// otherwise notes what should be there and skips it.
func (d *decoder) expect(a, b byte, want string) bool {
	if c := d.peek(); c == a || c == b {
		return true
	}
	d.problem("must be " + want + ", got " + d.name())
	d.skip()
	return false
}
