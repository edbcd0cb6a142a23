package match

import "strings"

// CleanHost returns a request's host as rules see it: without port, without
// one trailing dot, in lower case. It allocates only where the host has upper
// case letters.
func CleanHost(host string) string {
	return lower(trimDot(stripPort(host)))
}

// trimDot drops the dot at the end of a fully qualified name.
func trimDot(host string) string {
	if len(host) > 1 {
		host = strings.TrimSuffix(host, ".")
	}
	return host
}

// lower is strings.ToLower for ASCII only: other letters must not become ASCII
// ones, as the Kelvin sign does.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < 'A' || s[i] > 'Z' {
			continue
		}
		b := []byte(s)
		for ; i < len(b); i++ {
			if 'A' <= b[i] && b[i] <= 'Z' {
				b[i] += 'a' - 'A'
			}
		}
		return string(b)
	}
	return s
}

// stripPort drops ":port"; an IPv6 address keeps its brackets.
func stripPort(host string) string {
	colon := strings.LastIndexByte(host, ':')
	if colon < 0 || strings.LastIndexByte(host, ']') > colon {
		return host
	}
	return host[:colon]
}

// pattern is a host pattern: a text that hosts begin with, end in, or are.
type pattern struct {
	text           string
	prefix, suffix bool
}

func parsePattern(s string) pattern {
	s = lower(s)
	if tail, ok := strings.CutPrefix(s, "*"); ok {
		return pattern{text: trimDot(tail), suffix: true}
	}
	if head, ok := strings.CutSuffix(s, "*"); ok {
		return pattern{text: head, prefix: true}
	}
	return pattern{text: trimDot(s)}
}
