package match

import (
	"errors"
	"unicode"
	"unicode/utf8"

	"github.com/sluiceproxy/sluice/sdk/internal/ascii"
)

// Limits of RFC 1035, in bytes.
const (
	maxLabel = 63
	maxName  = 253
)

var (
	errEmptyLabel = errors.New("a part between two dots is empty")
	errLongLabel  = errors.New("a part between two dots is longer than 63 bytes")
	errLongName   = errors.New("the name is longer than 253 bytes")
	errCharacter  = errors.New("it has a character that no host has; a domain is a name, without scheme, port or path")
	errUTF8       = errors.New("it is not valid UTF-8")
	errCombining  = errors.New("a letter is written as a plain one with a combining mark: write it as one letter " +
		"(Unicode's form NFC), or the name in its xn-- form")
	errPartial = errors.New("* stands within a part that has letters beyond ASCII, whose xn-- form begins and ends in other ways: " +
		"put it next to a dot")
)

// asciiHost returns a name as requests carry it: in lower case, each part with
// letters beyond ASCII in its xn-- form (RFC 3492). Where open at one end, more
// of the part there may follow.
func asciiHost(name string, openBegin, openEnd bool) (string, error) {
	if len(name) > 4*maxName {
		return "", errLongName
	}
	if !utf8.ValidString(name) {
		return "", errUTF8
	}
	letters := make([]byte, 0, len(name)+8)
	for _, r := range name {
		letters = utf8.AppendRune(letters, hostRune(r))
	}
	name = string(letters)
	out := make([]byte, 0, len(name)+8)
	for i, rest, more := 0, name, true; more; i++ {
		var label string
		label, rest, more = ascii.Cut(rest, '.')
		open := openBegin && i == 0 || openEnd && !more
		if label == "" && !open {
			return "", errEmptyLabel
		}
		if i > 0 {
			out = append(out, '.')
		}
		var err error
		if out, err = appendLabel(out, label, open); err != nil {
			return "", err
		}
	}
	if len(out) > maxName {
		return "", errLongName
	}
	return string(out), nil
}

// hostRune makes letters small, and the dots of other scripts dots.
func hostRune(r rune) rune {
	switch r {
	case '\u3002', '\uff0e', '\uff61':
		return '.'
	case '\u0130', '\u212a', '\u212b':
		return r // their small forms are ASCII, or another letter: refused below
	}
	return unicode.ToLower(r)
}

func appendLabel(out []byte, label string, open bool) ([]byte, error) {
	begin := len(out)
	if isASCII(label) {
		out = append(out, label...)
		for _, c := range out[begin:] {
			if !isHostByte(c) {
				return nil, errCharacter
			}
		}
	} else {
		if open {
			return nil, errPartial
		}
		if utf8.RuneCountInString(label) > maxLabel {
			return nil, errLongLabel
		}
		for _, r := range label {
			if err := checkRune(r); err != nil {
				return nil, err
			}
		}
		out = appendPunycode(append(out, "xn--"...), []rune(label))
	}
	if len(out)-begin > maxLabel {
		return nil, errLongLabel
	}
	return out, nil
}

func isHostByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// checkRune refuses what would make a second spelling of a name, or none.
func checkRune(r rune) error {
	switch {
	case r < utf8.RuneSelf && !isHostByte(byte(r)):
		return errCharacter
	case r < utf8.RuneSelf:
		return nil
	case 0x300 <= r && r <= 0x36f:
		return errCombining
	case r < 0xa0 || r == '\u0130' || r == '\u212a' || r == '\u212b' || 0xff00 <= r && r <= 0xffef,
		0x2000 <= r && r <= 0x200b, 0x2010 <= r && r <= 0x206f, r == 0xad, r == 0xfeff, r == 0x3000:
		return errCharacter
	}
	return nil
}
