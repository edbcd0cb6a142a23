package main

import (
	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/plugins/internal/limitby"
)

// Config is the plugin's configuration, for all requests or a rule's.
type Config struct {
	limitby.Item
	Algorithm string `json:"algorithm" default:"gcra" enum:"fixed_window,sliding_window,gcra" description:"How requests are counted."`
	ShowQuota bool   `json:"show_limit_quota_header" description:"Adds X-RateLimit-Limit and X-RateLimit-Remaining to responses."`
	Code      uint32 `json:"rejected_code" default:"429" min:"200" max:"599" description:"Status for requests beyond a limit."`
	Message   string `json:"rejected_msg" default:"Too many requests" description:"Body for requests beyond a limit."`

	rule    *limitby.Rule
	limiter *limit.Shared
}

// Validate is called when a configuration was read.
func (c *Config) Validate() error {
	algorithm, err := limit.ParseAlgorithm(c.Algorithm)
	if err != nil {
		return err
	}
	c.limiter = counters.next()
	c.rule, err = limitby.NewRule(c.Item, algorithm, prefix)
	return err
}
