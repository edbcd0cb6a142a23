// Package json takes the place of encoding/json where all that is used of it is
// to read one string.
package json

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

var errString = errors.New("json: not a string")

// Unmarshal reads a JSON string, as encoding/json does; v is unchanged where data
// is something else. For all that is no *string, the compiler refuses it.
func Unmarshal(data []byte, v *string) error {
	for len(data) > 0 && space(data[0]) {
		data = data[1:]
	}
	for n := len(data); n > 0 && space(data[n-1]); n-- {
		data = data[:n-1]
	}
	if string(data) == "null" {
		return nil
	}
	if len(data) < 2 || data[0] != '"' || data[len(data)-1] != '"' {
		return errString
	}
	out, ok := unquote(data[1 : len(data)-1])
	if !ok {
		return errString
	}
	*v = string(out)
	return nil
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func unquote(s []byte) (out []byte, ok bool) {
	for len(s) > 0 {
		switch c := s[0]; {
		case c == '"' || c < ' ':
			return nil, false
		case c == '\\':
			var n int
			if out, n = escape(out, s); n == 0 {
				return nil, false
			}
			s = s[n:]
		default:
			r, n := utf8.DecodeRune(s)
			out, s = utf8.AppendRune(out, r), s[n:]
		}
	}
	return out, true
}

// escape reads an escape and says how many bytes it has, 0 for none.
func escape(out, s []byte) (_ []byte, n int) {
	if len(s) < 2 {
		return out, 0
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	for i := range len(from) {
		if s[1] == from[i] {
			return append(out, to[i]), 2
		}
	}
	r := unit(s)
	if r < 0 {
		return out, 0
	}
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(out, r), 6
	}
	if both := utf16.DecodeRune(r, unit(s[6:])); both != utf8.RuneError {
		return utf8.AppendRune(out, both), 12
	}
	return utf8.AppendRune(out, utf8.RuneError), 6
}

// unit is the number in \uXXXX, -1 where there is none.
func unit(s []byte) (r rune) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	for _, c := range s[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
