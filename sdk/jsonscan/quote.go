package jsonscan

import "unicode/utf8"

// AppendQuoted appends text to b as a JSON string, quotes included, with the same
// bytes as encoding/json: <, > and & are escaped, so that the string can stand in
// HTML, and so are U+2028 and U+2029, which end lines in JavaScript. Bytes that
// are not UTF-8 become U+FFFD.
func AppendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			b = appendByte(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(b, `\ufffd`...)
		case r == '\u2028' || r == '\u2029':
			b = append(b, `\u202`...)
			b = append(b, digits[r&15])
		default:
			b = append(b, text[i:i+n]...)
		}
		i += n
	}
	return append(b, '"')
}

const digits = "0123456789abcdef"

// appendByte appends an ASCII character of a string.
func appendByte(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	case '<', '>', '&':
	default:
		if c >= ' ' {
			return append(b, c)
		}
	}
	return append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}
