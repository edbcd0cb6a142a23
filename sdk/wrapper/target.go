package wrapper

import (
	"errors"
	"strings"
)

// target is what an HTTP request's URL asks for: of "http://h:1/a%2Fb?c#d" the
// host "h:1", path "/a%2Fb" and query "c". The fragment is never sent. Package
// net/url would do, but it links package fmt into every plugin.
type target struct{ host, path, query string }

// parseTarget splits a URL or path. Bytes that may not stand in a request line
// are escaped, escapes are kept as they are.
func parseTarget(raw string) (target, error) {
	var t target
	for i := 0; i < len(raw); i++ {
		if raw[i] < ' ' || raw[i] == 0x7f {
			return t, errors.New("invalid URL: it has a control character in it")
		}
	}
	rest, _, _ := strings.Cut(raw, "#")
	rest, query, _ := strings.Cut(rest, "?")
	rest, absolute, err := cutScheme(rest)
	if err != nil {
		return t, err
	}
	if tail, ok := strings.CutPrefix(rest, "//"); ok && (absolute || !strings.HasPrefix(tail, "/")) {
		end := strings.IndexByte(tail, '/')
		if end < 0 {
			end = len(tail)
		}
		if t.host, err = cleanAuthority(tail[:end]); err != nil {
			return t, err
		}
		rest = tail[end:]
	}
	if !validEscapes(rest) {
		return t, errors.New("invalid URL: a % in its path is not followed by two hex digits")
	}
	t.path = escape("/"+strings.TrimPrefix(rest, "/"), `"<>\^{|}`+"`")
	t.query = escape(query, `"<>`)
	return t, nil
}

// cutScheme drops "http:" and the like, which must be followed by a slash.
func cutScheme(s string) (rest string, found bool, err error) {
	colon := strings.IndexByte(s, ':')
	if slash := strings.IndexByte(s, '/'); colon < 0 || slash >= 0 && slash < colon {
		return s, false, nil
	}
	if rest = s[colon+1:]; !isScheme(s[:colon]) || !strings.HasPrefix(rest, "/") {
		return "", false, errors.New(`invalid URL: before its first ":" must be a scheme, and a "/" behind that; begin a path with "/"`)
	}
	return rest, true, nil
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !isDigit(s[i]) && s[i] != '+' && s[i] != '-' && s[i] != '.') {
			return false
		}
	}
	return s != ""
}

func cleanAuthority(s string) (string, error) {
	s = s[strings.LastIndexByte(s, '@')+1:]
	if strings.ContainsAny(s, ` "%<>\^{|}`+"`") {
		return "", errors.New("invalid URL: its host has a character in it that no host can have")
	}
	return s, nil
}

func validEscapes(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && (i+2 >= len(s) || unhex(s[i+1]) < 0 || unhex(s[i+2]) < 0) {
			return false
		}
	}
	return true
}

// escape escapes spaces, bytes above ASCII, and those of also.
func escape(s, also string) string {
	bad := func(c byte) bool { return c == ' ' || c >= 0x80 || strings.IndexByte(also, c) >= 0 }
	n := 0
	for i := 0; i < len(s); i++ {
		if bad(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s
	}
	out := make([]byte, 0, len(s)+2*n)
	for i := 0; i < len(s); i++ {
		if !bad(s[i]) {
			out = append(out, s[i])
			continue
		}
		const hex = "0123456789ABCDEF"
		out = append(out, '%', hex[s[i]>>4], hex[s[i]&15])
	}
	return string(out)
}

// unescape decodes a path whose escapes are valid.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func unhex(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// requestPath is the path with the query.
func (t target) requestPath() string {
	if t.query == "" {
		return t.path
	}
	return t.path + "?" + t.query
}
