package main

import (
	"errors"
	"regexp"
	"slices"
	"strconv"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// Config is the plugin's configuration, for all requests or a rule's.
type Config struct {
	URLs       []string `json:"block_urls" description:"Texts that no path with its query may contain."`
	ExactURLs  []string `json:"block_exact_urls" description:"Paths, with their query, that are blocked as a whole."`
	RegexpURLs []string `json:"block_regexp_urls" description:"Regular expressions (RE2) that match no path with its query."`
	Headers    []string `json:"block_headers" description:"Texts that no header's name or value may contain."`
	Bodies     []string `json:"block_bodies" description:"Texts that no body may contain."`
	OldBodies  []string `json:"block_bodys" description:"Another name of block_bodies."`
	Code       uint32   `json:"blocked_code" default:"403" description:"Status for blocked requests: 0, which is 403, or 200 to 599."`
	Message    string   `json:"blocked_message" description:"Body for blocked requests."`
	Sensitive  bool     `json:"case_sensitive" default:"true" description:"Upper and lower case of A to Z differ."`
	Stream     bool     `json:"stream_bodies" description:"Looks at bodies while they pass, however long they are. What comes before a match has reached upstream then. Without it the request is held back, and a body that the gateway can't hold gets 413."`

	urls, exact, headers, bodies texts
	patterns                     []*regexp.Regexp
}

// Validate is called when a configuration was read.
func (c *Config) Validate() error {
	if c.Code == 0 {
		c.Code = 403
	}
	if c.Code < 200 || c.Code > 599 {
		return errors.New("blocked_code: must be 0 or from 200 to 599, got " + strconv.FormatUint(uint64(c.Code), 10))
	}
	c.urls, c.exact = c.texts(c.URLs), c.texts(c.ExactURLs)
	c.headers, c.bodies = c.texts(c.Headers), c.texts(slices.Concat(c.Bodies, c.OldBodies))
	for i, pattern := range c.RegexpURLs {
		if pattern == "" {
			continue
		}
		if !c.Sensitive {
			pattern = "(?i)" + pattern
		}
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			return fault.At("block_regexp_urls", i, err)
		}
		c.patterns = append(c.patterns, compiled)
	}
	if len(c.urls.list)+len(c.exact.list)+len(c.headers.list)+len(c.bodies.list)+len(c.patterns) == 0 {
		return errors.New("one of block_urls, block_exact_urls, block_regexp_urls, block_headers and block_bodies must have an element that is not empty")
	}
	return nil
}

// texts returns what is to be found, without what is empty.
func (c *Config) texts(list []string) texts {
	t := texts{fold: !c.Sensitive}
	for _, s := range list {
		if s != "" {
			t.list = append(t.list, t.text(s))
			t.longest = max(t.longest, len(s))
		}
	}
	return t
}
