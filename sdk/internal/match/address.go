package match

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/ascii"
)

// address is an IPv6 address.
type address [16]byte

// parseAddress reads an IPv6 address in brackets, in any of the spellings of
// RFC 4291, section 2.2. A zone is none of them.
func parseAddress(host string) (a address, ok bool) {
	if len(host) < 4 || host[0] != '[' || host[len(host)-1] != ']' {
		return a, false
	}
	head, tail, short := cutZeros(host[1 : len(host)-1])
	n, ok := a.fill(head, !short)
	if !ok || !short {
		return a, ok && n == len(a)
	}
	var end address
	m, ok := end.fill(tail, true)
	if !ok || n+m > len(a)-2 {
		return a, false
	}
	copy(a[len(a)-m:], end[:m])
	return a, true
}

// cutZeros splits an address around the first "::", which stands for zeros.
func cutZeros(s string) (head, tail string, short bool) {
	for i := range len(s) - 1 {
		if s[i] == ':' && s[i+1] == ':' {
			return s[:i], s[i+2:], true
		}
	}
	return s, "", false
}

// fill reads groups from the front and returns how many bytes they are. Where
// they are the last of the address, the last may be an IPv4 one.
func (a *address) fill(groups string, last bool) (n int, ok bool) {
	for groups != "" {
		group, rest, more := ascii.Cut(groups, ':')
		if more && rest == "" {
			return 0, false
		}
		switch {
		case n+2 > len(a):
			return 0, false
		case last && !more && strings.IndexByte(group, '.') >= 0:
			if n+4 > len(a) || !dotted(group, a[n:n+4]) {
				return 0, false
			}
			return n + 4, true
		}
		value, ok := parseDigits(group, 4, 16)
		if !ok {
			return 0, false
		}
		a[n], a[n+1] = byte(value>>8), byte(value)
		n, groups = n+2, rest
	}
	return n, true
}

// dotted reads an IPv4 address.
func dotted(s string, to []byte) bool {
	for i := range to {
		part, rest, more := ascii.Cut(s, '.')
		value, ok := parseDigits(part, 3, 10)
		if !ok || value > 255 || more != (i < len(to)-1) {
			return false
		}
		to[i], s = byte(value), rest
	}
	return true
}

// parseDigits reads a number of one to most digits.
func parseDigits(s string, most, base int) (value int, ok bool) {
	if s == "" || len(s) > most {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		digit := base
		switch c := s[i] | 0x20; {
		case '0' <= s[i] && s[i] <= '9':
			digit = int(s[i] - '0')
		case 'a' <= c && c <= 'f':
			digit = int(c-'a') + 10
		}
		if digit >= base {
			return 0, false
		}
		value = value*base + digit
	}
	return value, true
}
