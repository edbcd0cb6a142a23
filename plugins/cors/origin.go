package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// origin is a serialised origin (Fetch standard, section 3.2.4) in its parts, in
// lower case.
type origin struct {
	scheme, host string
	port         string // "" is the scheme's
}

// maxOrigin is how long an origin may be: a name of 253 bytes, and what is
// around it.
const maxOrigin = 300

// parseOrigin reads an origin. "null" is none.
func parseOrigin(text string) (o origin, ok bool) {
	if len(text) > maxOrigin {
		return o, false
	}
	scheme, rest, found := strings.Cut(strings.ToLower(text), "://")
	if !found || !isScheme(scheme) {
		return o, false
	}
	host, port, ok := splitPort(rest)
	if !ok || !isHost(host) {
		return o, false
	}
	return origin{scheme, host, port}.plain(), true
}

// plain leaves out a port that is the scheme's.
func (o origin) plain() origin {
	if o.scheme == "http" && o.port == "80" || o.scheme == "https" && o.port == "443" {
		o.port = ""
	}
	return o
}

func isScheme(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

// splitPort takes a port off a host, which may be an IPv6 address in brackets.
func splitPort(text string) (host, port string, ok bool) {
	host = text
	if i := strings.LastIndexByte(text, ':'); i >= 0 && strings.IndexByte(text[i:], ']') < 0 {
		host, port = text[:i], text[i+1:]
		if !isPort(port) {
			return "", "", false
		}
	}
	return host, port, true
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0 && text[0] != '0'
}

// isHost reports whether text is a name, or an address in brackets.
func isHost(text string) bool {
	if inner, bracket := strings.CutPrefix(text, "["); bracket {
		inner, bracket = strings.CutSuffix(inner, "]")
		return bracket && inner != "" && strings.Trim(inner, "0123456789abcdef:.") == ""
	}
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return text != ""
}

// isSame reports whether a request with that scheme and authority is for the origin
// that it comes from.
func (o origin) isSame(scheme, authority string) bool {
	return strings.EqualFold(o.scheme, scheme) && o.isAt(scheme, authority)
}

// isSameHost is isSame without the scheme: where something in front of the gateway
// ends TLS, the gateway does not know it.
func (o origin) isSameHost(scheme, authority string) bool {
	return (o.scheme == "http" || o.scheme == "https") && (o.isAt(scheme, authority) || o.isAt(o.scheme, authority))
}

// isAt reports whether the origin's host and port are those of an authority.
func (o origin) isAt(scheme, authority string) bool {
	host, port, ok := splitPort(strings.ToLower(authority))
	at := origin{strings.ToLower(scheme), host, port}.plain()
	return ok && at.host == o.host && at.port == o.port
}

// exactOrigin is an origin of the configuration as browsers write it.
func exactOrigin(text string) (string, error) {
	text = strings.TrimSuffix(strings.ToLower(text), "/")
	if text == "null" {
		return text, nil
	}
	o, ok := parseOrigin(text)
	if !ok {
		return "", errors.New("not an origin: want scheme://host or scheme://host:port, null or *")
	}
	if o.port != "" {
		return o.scheme + "://" + o.host + ":" + o.port, nil
	}
	return o.scheme + "://" + o.host, nil
}

// pattern is an origin with * in it.
type pattern struct {
	all          bool // every origin but null
	scheme, host []string
	anyPort      bool
	ports        []string // "" is the scheme's
}

var errPattern = errors.New("not a pattern of origins: want something like https://*.example.com, with :[8080,9090] or :[*] for ports")

func parsePattern(text string) (p pattern, err error) {
	text = strings.TrimSuffix(strings.ToLower(text), "/")
	if text == "*" {
		return pattern{all: true}, nil
	}
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "*", text
	}
	var host string
	if before, list, ok := strings.Cut(rest, ":["); ok && strings.HasSuffix(list, "]") && !strings.HasPrefix(list, ":") {
		host = before
		if p.anyPort = list == "*]"; !p.anyPort {
			p.ports = strings.Split(strings.ReplaceAll(strings.TrimSuffix(list, "]"), " ", ""), ",")
		}
	} else {
		var port string
		if host, port, ok = splitPort(rest); !ok {
			return p, errPattern
		}
		p.ports = []string{port}
	}
	if !p.anyPort && slices.ContainsFunc(p.ports, func(port string) bool { return port != "" && !isPort(port) }) {
		return p, errPattern
	}
	p.scheme, p.host = strings.Split(scheme, "*"), strings.Split(host, "*")
	if !isScheme(strings.ReplaceAll(scheme, "*", "a")) || !isHost(strings.ReplaceAll(host, "*", "a")) {
		return p, errPattern
	}
	return p, nil
}

// matches reports whether the whole origin is one of the pattern's.
func (p *pattern) matches(o origin) bool {
	switch {
	case p.all:
		return true
	case !glob(p.scheme, o.scheme) || !glob(p.host, o.host):
		return false
	case p.anyPort:
		return true
	}
	for _, port := range p.ports {
		if (origin{scheme: o.scheme, port: port}).plain().port == o.port {
			return true
		}
	}
	return false
}

// glob reports whether text consists of the parts with anything between them.
func glob(parts []string, text string) bool {
	last := len(parts) - 1
	if last == 0 {
		return text == parts[0]
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, part := range parts[1:last] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, parts[last])
}
