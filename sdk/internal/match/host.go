package match

import "strings"

// CleanHost returns a request's host as rules see it: without port, without
// one trailing dot, in lower case, letters beyond ASCII in their xn-- form. It
// allocates only where the host has such letters or upper case ones. A host
// that no name can have is left as it is otherwise.
func CleanHost(host string) string {
	host = trimDot(stripPort(host))
	if isASCII(host) {
		return lower(host)
	}
	if ascii, err := asciiHost(host, false, false); err == nil {
		return ascii
	}
	return lower(host)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
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
