package textpb

import (
	"strings"
	"unicode/utf8"
)

// kind is the kind of a token: one of these, or the byte of a sign.
type kind byte

const (
	kindEnd    kind = 0
	kindWord   kind = 'a' // a name, a number, true
	kindString kind = '"'
)

// token is a piece of the text.
type token struct {
	kind kind
	text string // of a word, and of a string without its escapes
	line int
}

// scanner cuts the text into tokens.
type scanner struct {
	text []byte
	at   int
	line int
}

func (s *scanner) fail(format string) error { return &Error{Line: s.line, Text: format} }

// blank passes over blanks and comments.
func (s *scanner) blank() {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '\n':
			s.line++
		case c == '#':
			for s.at+1 < len(s.text) && s.text[s.at+1] != '\n' {
				s.at++
			}
		case c != ' ' && c != '\t' && c != '\r':
			return
		}
	}
}

func (s *scanner) token() (token, error) {
	s.blank()
	t := token{line: s.line}
	if s.at == len(s.text) {
		return t, nil
	}
	switch c := s.text[s.at]; {
	case c == '"' || c == '\'':
		text, err := s.quoted(c)
		t.kind, t.text = kindString, text
		return t, err
	case strings.IndexByte("{}<>[]:,;", c) >= 0:
		s.at++
		t.kind = kind(c)
		return t, nil
	}
	from := s.at
	for s.at < len(s.text) && wordByte(s.text[s.at]) {
		s.at++
	}
	if from == s.at {
		return t, s.fail("unexpected character " + string(rune(s.text[s.at])))
	}
	t.kind, t.text = kindWord, string(s.text[from:s.at])
	return t, nil
}

func wordByte(c byte) bool {
	return c == '_' || c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// quoted reads a string behind its quote.
func (s *scanner) quoted(quote byte) (string, error) {
	var b []byte
	for s.at++; s.at < len(s.text); {
		c := s.text[s.at]
		s.at++
		switch c {
		case quote:
			return string(b), nil
		case '\n':
			return "", s.fail("a string ends at the end of its line")
		case '\\':
			var err error
			if b, err = s.escape(b); err != nil {
				return "", err
			}
		default:
			b = append(b, c)
		}
	}
	return "", s.fail("a string has no end")
}

// simple are the escapes of one character, and what they stand for.
const (
	simple  = `abfnrtv\'"?`
	meaning = "\a\b\f\n\r\t\v\\'\"?"
)

// escape reads what follows a backslash.
func (s *scanner) escape(b []byte) ([]byte, error) {
	if s.at == len(s.text) {
		return b, s.fail("a string has no end")
	}
	c := s.text[s.at]
	s.at++
	if i := strings.IndexByte(simple, c); i >= 0 {
		return append(b, meaning[i]), nil
	}
	switch {
	case c >= '0' && c <= '7':
		s.at--
		n := s.digits(8, 3)
		if n > 255 {
			return b, s.fail("an octal escape is above 255")
		}
		return append(b, byte(n)), nil
	case c == 'x' || c == 'X':
		if s.at < len(s.text) && digit(s.text[s.at]) < 16 {
			return append(b, byte(s.digits(16, 2))), nil
		}
	case c == 'u' || c == 'U':
		from, want := s.at, 4
		if c == 'U' {
			want = 8
		}
		if n := s.digits(16, want); s.at-from == want && n <= utf8.MaxRune && utf8.ValidRune(rune(n)) {
			return utf8.AppendRune(b, rune(n)), nil
		}
	}
	return b, s.fail("an escape in a string that is none: \\" + string(rune(c)))
}

// digits reads at most so many digits.
func (s *scanner) digits(base uint32, most int) (n uint32) {
	for ; most > 0 && s.at < len(s.text) && digit(s.text[s.at]) < base; most-- {
		n = n*base + digit(s.text[s.at])
		s.at++
	}
	return n
}

// digit is the value of a hexadecimal digit, 99 of anything else.
func digit(c byte) uint32 {
	switch {
	case c >= '0' && c <= '9':
		return uint32(c - '0')
	case c >= 'a' && c <= 'f':
		return uint32(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return uint32(c-'A') + 10
	}
	return 99
}
