package jsonscan

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// Unescape appends to b what raw stands for: the content of a JSON string as it
// stands in a text, without its quotes. An escape that JSON does not have ends
// it; half a surrogate pair becomes U+FFFD.
func Unescape(b, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 >= len(raw) {
			if i < 0 {
				i = len(raw)
			}
			return append(b, raw[:i]...)
		}
		b = append(b, raw[:i]...)
		c, r := raw[i+1], rune(0)
		raw = raw[i+2:]
		if c == 'u' {
			var ok bool
			if r, raw, ok = codePoint(raw); !ok {
				return b
			}
			b = utf8.AppendRune(b, r)
			continue
		}
		if c = plain(c); c == 0 {
			return b
		}
		b = append(b, c)
	}
}

// plain is what a one-letter escape stands for, 0 if there is none.
func plain(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return 0
}

// codePoint reads the digits behind \u, and the other half of a surrogate pair.
func codePoint(raw []byte) (r rune, rest []byte, ok bool) {
	r, ok = hex(raw)
	if !ok {
		return 0, raw, false
	}
	raw = raw[4:]
	if !utf16.IsSurrogate(r) || len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return r, raw, true
	}
	low, ok := hex(raw[2:])
	return utf16.DecodeRune(r, low), raw[6:], ok
}

// hex reads four hexadecimal digits.
func hex(raw []byte) (r rune, ok bool) {
	if len(raw) < 4 {
		return 0, false
	}
	for _, c := range raw[:4] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
