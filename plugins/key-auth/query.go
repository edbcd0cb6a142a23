package main

import (
	"net/url"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// parameter is a query parameter that carries a key.
type parameter struct {
	at    *place
	value string
}

// parameters returns those of the query that carry keys. ok is false where a
// percent escape of path or query is broken: nobody knows what others read there.
func (c *Config) parameters(target string) (found []parameter, ok bool) {
	path, query, _ := strings.Cut(target, "?")
	if _, err := url.PathUnescape(path); err != nil {
		return nil, false
	}
	for query != "" {
		var part string
		part, query, _ = strings.Cut(query, "&")
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
	name, value, _ := strings.Cut(part, "=")
	name, err := url.QueryUnescape(name)
	if err != nil {
		return nil, "", false
	}
	if value, err = url.QueryUnescape(value); err != nil {
		return nil, "", false
	}
	return c.place(name, false), value, true
}

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
	path, query, has := strings.Cut(target, "?")
	if !has || !c.inQuery {
		return target
	}
	var kept []string
	for _, part := range strings.Split(query, "&") {
		if p, _, _ := c.parameter(part); p == nil {
			kept = append(kept, part)
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}
