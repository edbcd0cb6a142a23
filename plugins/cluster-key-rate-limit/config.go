package main

import (
	"errors"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/plugins/internal/limitby"
	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Config is the plugin's configuration, for all requests or a rule's.
type Config struct {
	RuleName  string         `json:"rule_name" required:"true" description:"Name of the limit, a part of its keys in Redis: configurations with the same name share counters."`
	Global    *limitby.Rates `json:"global_threshold" description:"One limit for all requests. Either this or rule_items."`
	Items     []limitby.Item `json:"rule_items" description:"Limits by what is in a request. The first item that is about a request counts."`
	AllItems  bool           `json:"all_rule_items" description:"All items that are about a request count, not only the first one."`
	Algorithm string         `json:"algorithm" default:"fixed_window" enum:"fixed_window,sliding_window,gcra" description:"How requests are counted."`

	ShowQuota bool   `json:"show_limit_quota_header" description:"Adds X-RateLimit-Limit and X-RateLimit-Remaining to responses."`
	Code      uint32 `json:"rejected_code" default:"429" min:"200" max:"599" description:"Status for requests beyond a limit."`
	Message   string `json:"rejected_msg" default:"Too many requests" description:"Body for requests beyond a limit."`

	FailureDeny  bool   `json:"failure_mode_deny" description:"Refuses requests while Redis can't be asked. Without it they pass uncounted, with an error in the log."`
	FailureCode  uint32 `json:"status_on_error" default:"503" min:"400" max:"599" description:"Status of requests that failure_mode_deny refuses."`
	RedisOptions Redis  `json:"redis" required:"true" description:"Where Redis is."`

	algorithm limit.Algorithm
	global    []limit.Limit
	rules     []*limitby.Rule
	limiter   *limit.Redis
}

// Redis says where Redis is and how to log in.
type Redis struct {
	Service  string        `json:"service_name" required:"true" minLength:"1" description:"The service's full name with its type, such as redis.dns or redis.my-ns.svc.cluster.local." example:"redis.dns"`
	Port     int64         `json:"service_port" min:"0" max:"65535" description:"Its port; 0 is 80 for a .static service and 6379 for others."`
	Username string        `json:"username" description:"What to log in as."`
	Password string        `json:"password" secret:"true" description:"The password."`
	Timeout  time.Duration `json:"timeout" default:"1s" min:"0s" max:"1m" unit:"ms" description:"How long an answer may take; 0 is a second."`
	Database int           `json:"database" min:"0" description:"Number of the database."`
}

// client prepares the use of Redis.
func (r Redis) client() *call.Redis {
	port := r.Port
	if port == 0 {
		port = 6379
		if strings.HasSuffix(r.Service, ".static") {
			port = 80 // the logical port of a .static service
		}
	}
	return call.NewRedis(wrapper.FQDNCluster{FQDN: r.Service, Port: port}, call.RedisOptions{
		Username: r.Username, Password: r.Password, Timeout: r.Timeout, Database: r.Database,
	})
}

// Validate is called when a configuration was read.
func (c *Config) Validate() (err error) {
	if c.algorithm, err = limit.ParseAlgorithm(c.Algorithm); err != nil {
		return err
	}
	switch {
	case c.Global != nil && c.Items != nil:
		return errors.New("global_threshold and rule_items can't be set both")
	case c.Global == nil && len(c.Items) == 0:
		return errors.New("global_threshold or rule_items must be set")
	case c.Global != nil:
		if c.global, err = c.Global.Limits(c.algorithm); err != nil {
			return fault.In("global_threshold", err)
		}
	}
	for i, item := range c.Items {
		rule, err := limitby.NewRule(item, c.algorithm, func(field string, l limit.Limit, key string) string { return c.key(field, l, key, "") })
		if err != nil {
			return fault.At("rule_items", i, err)
		}
		c.rules = append(c.rules, rule)
	}
	for i, l := range c.global {
		l.Key = c.key("global_threshold", l)
		c.global[i] = l.Prepared()
	}
	c.limiter = limit.NewRedis(c.RedisOptions.client())
	return nil
}
