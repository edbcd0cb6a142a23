package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// Config is the plugin's configuration, global or a rule's.
type Config struct {
	AllowOrigins        []string `json:"allow_origins" description:"Origins that may read answers, such as https://example.com:8443. * is all, without credentials; null is what browsers send for files and sandboxes. Without this and allow_origin_patterns it is *, unless allow_credentials is true: then it is none." example:"[\"https://example.com\"]"`
	AllowOriginPatterns []string `json:"allow_origin_patterns" description:"Origins with * in the host: https://*.example.com is every name that ends so, on the scheme's port; https://*.example.com:[8080,9090] on these ports; https://*.example.com:[*] on all. * is every origin but null."`
	AllowMethods        []string `json:"allow_methods" default:"GET,PUT,POST,DELETE,PATCH,OPTIONS" description:"Methods that may be used. HEAD comes with GET. * is all."`
	AllowHeaders        []string `json:"allow_headers" default:"DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization" description:"Request headers that pages may set. * is all."`
	ExposeHeaders       []string `json:"expose_headers" description:"Response headers that pages may read, besides those that they always may. * is all."`
	AllowCredentials    bool     `json:"allow_credentials" description:"Whether pages may send cookies and the like. Has no effect with * in allow_origins; use allow_origin_patterns."`
	AllowPrivateNetwork bool     `json:"allow_private_network" description:"Whether pages of public sites may reach this one although it is in a private network."`
	MaxAge              int      `json:"max_age" default:"86400" max:"2147483647" description:"Seconds for which browsers may remember a preflight. 0 is not at all; below 0 it is left to them."`

	any      bool // every origin, without credentials
	origins  []string
	patterns []pattern
	methods  list
	headers  list
	expose   list
}

// list are names, or all.
type list struct {
	all   bool
	names []string
	text  string // the names, joined
}

func newList(key string, entries []string) (l list, err error) {
	for _, entry := range entries {
		for name := range strings.SplitSeq(entry, ",") {
			switch name = strings.TrimSpace(name); {
			case name == "":
			case name == "*":
				l.all = true
			case !isToken(name):
				return l, errors.New(key + ": " + strconv.Quote(name) + " is no name")
			default:
				l.names = append(l.names, name)
			}
		}
	}
	l.text = strings.Join(l.names, ",")
	return l, nil
}

// Validate implements config.Validator.
func (c *Config) Validate() (err error) {
	if c.methods, err = newList("allow_methods", c.AllowMethods); err != nil {
		return err
	}
	for i, m := range c.methods.names {
		c.methods.names[i] = strings.ToUpper(m)
	}
	c.methods.text = strings.Join(c.methods.names, ",")
	if c.headers, err = newList("allow_headers", c.AllowHeaders); err != nil {
		return err
	}
	if c.expose, err = newList("expose_headers", c.ExposeHeaders); err != nil {
		return err
	}
	return c.readOrigins()
}

// readOrigins makes the tables that allows looks at.
func (c *Config) readOrigins() error {
	c.any, c.origins, c.patterns = false, nil, nil
	for i, text := range c.AllowOrigins {
		switch text = strings.TrimSpace(text); text {
		case "":
		case "*":
			c.any = true
		default:
			o, err := exactOrigin(text)
			if err != nil {
				return fault.At("allow_origins", i, err)
			}
			c.origins = append(c.origins, o)
		}
	}
	for i, text := range c.AllowOriginPatterns {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := parsePattern(text)
		if err != nil {
			return fault.At("allow_origin_patterns", i, err)
		}
		c.patterns = append(c.patterns, p)
	}
	if c.any && c.AllowCredentials {
		log.Warn("cors: allow_credentials has no effect with * in allow_origins; use allow_origin_patterns")
		c.AllowCredentials = false
	}
	if len(c.origins) == 0 && len(c.patterns) == 0 && !c.AllowCredentials {
		c.any = true
	}
	return nil
}

// allows reports whether pages of the origin may read answers. o is text in its
// parts, where it has them.
func (c *Config) allows(text string, o origin, ok bool) bool {
	if c.any || slices.Contains(c.origins, strings.ToLower(text)) {
		return ok || text == "null"
	}
	if !ok {
		return false
	}
	for i := range c.patterns {
		if c.patterns[i].matches(o) {
			return true
		}
	}
	return false
}

// answerOrigin is the value of access-control-allow-origin for an origin that is
// allowed.
func (c *Config) answerOrigin(origin string) string {
	if c.any {
		return "*"
	}
	return origin
}

// allowsMethod reports whether a page may use the method. Case counts, as it does
// in the Fetch standard.
func (c *Config) allowsMethod(method string) bool {
	return c.methods.all || slices.Contains(c.methods.names, method) ||
		method == "HEAD" && slices.Contains(c.methods.names, "GET")
}

// isToken reports whether text can be a method or the name of a header (RFC 9110,
// section 5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return text != ""
}
