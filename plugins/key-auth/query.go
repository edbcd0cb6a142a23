package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"

	"github.com/sluiceproxy/sluice/plugins/internal/query"
)

// parameter is a query parameter that carries a key.
type parameter struct {
	at    *place
	value string
}

// parameters returns those of the query that carry keys. ok is false where a
// percent escape of path or query is broken: nobody knows what others read there.
func (c *Config) parameters(target string) (found []parameter, ok bool) {
	path, rest, _ := strings.Cut(target, "?")
	if broken(path) {
		return nil, false
	}
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, "&")
		p, value, valid := c.parameter(part)
		if !valid {
			return nil, false
		}
		if p != nil && value != "" {
			found = append(found, parameter{p, value})
		}
	}
	return found, true
}

// parameter reads one part of the query, name=value.
func (c *Config) parameter(part string) (p *place, value string, valid bool) {
	if broken(part) {
		return nil, "", false
	}
	name, value, _ := strings.Cut(part, "=")
	return c.place(query.Unescape(name, true), false), query.Unescape(value, true), true
}

// broken reports whether a percent sign is not followed by two hexadecimal digits.
func broken(text string) bool {
	for {
		at := strings.IndexByte(text, '%')
		if at < 0 {
			return false
		}
		if text = text[at+1:]; len(text) < 2 || !isHex(text[0]) || !isHex(text[1]) {
			return true
		}
		text = text[2:]
	}
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

// hide takes the places of keys out of the request.
func (c *Config) hide(headers [][2]string) error {
	for i, h := range headers {
		if h[0] == ":path" {
			if path := c.withoutKeys(h[1]); path != h[1] {
				if err := proxywasm.ReplaceHttpRequestHeader(":path", path); err != nil {
					return err
				}
			}
		} else if p := c.place(h[0], true); p != nil {
			if err := proxywasm.RemoveHttpRequestHeader(headers[i][0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// withoutKeys is the target without parameters that carry keys; the rest stays as
// it was written.
func (c *Config) withoutKeys(target string) string {
	path, rest, has := strings.Cut(target, "?")
	if !has || !c.inQuery {
		return target
	}
	var kept []string
	for _, part := range strings.Split(rest, "&") {
		if p, _, _ := c.parameter(part); p == nil {
			kept = append(kept, part)
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}
