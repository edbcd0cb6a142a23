package match

import (
	"errors"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/ascii"
)

// pattern is a host pattern: a text that hosts begin with, end in, or are, or
// an address.
type pattern struct {
	text           string
	prefix, suffix bool
	address        address
	isAddress      bool
}

var (
	errPort = errors.New("a port can't be matched, and requests match whatever port they name: leave it out")
	errStar = errors.New("* may only stand at the beginning or at the end")
)

// parsePattern reads a host pattern. With an error comes the pattern that is
// the text as it stands.
func parsePattern(s string) (pattern, error) {
	tail, suffix := strings.CutPrefix(s, "*")
	head, prefix := strings.CutSuffix(s, "*")
	switch {
	case suffix:
		tail = trimDot(tail)
		return checked(pattern{text: tail, suffix: true})
	case prefix:
		return checked(pattern{text: head, prefix: true})
	}
	if a, ok := parseAddress(bracketed(s)); ok {
		return pattern{text: lower(s), address: a, isAddress: true}, nil
	}
	return checked(pattern{text: trimDot(s)})
}

// bracketed puts an address without brackets into them.
func bracketed(s string) string {
	if ascii.Count(s, ':') > 1 && s[0] != '[' {
		return "[" + s + "]"
	}
	return s
}

// checked returns p with its text as hosts are compared, or with an error.
func checked(p pattern) (pattern, error) {
	raw := p.text
	p.text = lower(raw)
	wild := p.prefix || p.suffix
	switch {
	case wild && raw == "":
		return p, nil
	case strings.IndexByte(raw, '*') >= 0:
		return p, errStar
	case wild && raw[0] == '[' && ascii.Count(raw, ' ')+ascii.Count(raw, '/') == 0:
		return p, nil // the beginning of an address, as text
	case strings.IndexByte(raw, ':') >= 0:
		if _, ok := parseAddress(stripPort(raw)); ok || ascii.Count(raw, ':') == 1 {
			return p, errPort
		}
	}
	text, err := asciiHost(raw, p.suffix, p.prefix)
	if err != nil {
		return p, err
	}
	p.text = text
	return p, nil
}
