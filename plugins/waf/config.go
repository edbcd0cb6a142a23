package main

import (
	"errors"
	"fmt"
	"strings"
)

// Config is the plugin's configuration, for all requests or a rule's.
type Config struct {
	UseCRS   bool     `json:"useCRS" description:"Use the OWASP core rule set."`
	SecRules []string `json:"secRules" description:"Rules and directives in SecLang, after the core rule set's."`

	Setup          []string `json:"crs_setup" description:"SecLang before the core rule set's, such as settings (SecAction with setvar) and exclusions for some requests."`
	Mode           string   `json:"mode" enum:"on,log" description:"on blocks what rules deny, log only writes it to the log. Without it SecRuleEngine decides, which is On unless secRules sets another."`
	Paranoia       int      `json:"paranoia_level" default:"1" min:"1" max:"4" description:"How much the core rule set takes for an attack: 1 has hardly any false alarms, 4 many."`
	Detect         int      `json:"detection_paranoia_level" min:"0" max:"4" description:"A higher level whose rules are logged, without a score. 0 is paranoia_level."`
	InboundScore   int      `json:"inbound_anomaly_threshold" default:"5" min:"1" description:"The score with which a request is blocked: a critical match is 5, an error 4, a warning 3, a notice 2."`
	OutboundScore  int      `json:"outbound_anomaly_threshold" default:"4" min:"1" description:"The same for responses."`
	EarlyBlocking  bool     `json:"early_blocking" default:"true" description:"Block a request for its headers before its body is there."`
	Families       []string `json:"crs_families" enum:"method,scanner,protocol,protocol-attack,multipart,lfi,rfi,rce,php,generic,xss,sqli,session-fixation,java,leak,leak-sql,leak-java,leak-php,leak-iis,web-shell,leak-ruby" description:"The parts of the core rule set to use. None named: all, those of responses (leak, web-shell) only with response_body."`
	RequestBody    bool     `json:"request_body" default:"true" description:"Inspect the bodies of requests."`
	RequestLimit   int      `json:"request_body_limit" default:"131072" min:"1" max:"1073741824" description:"How much of a request's body is inspected, in bytes."`
	RequestOver    string   `json:"request_body_over_limit" default:"reject" enum:"reject,partial" description:"What becomes of a longer body: reject answers 413, partial inspects its beginning and lets the rest pass."`
	ResponseBody   bool     `json:"response_body" description:"Inspect the bodies of responses, of text types."`
	ResponseLimit  int      `json:"response_body_limit" default:"524288" min:"1" max:"1073741824" description:"How much of a response's body is inspected, in bytes. The rest passes, and so does a body whose content-length is more."`
	BlockedMessage string   `json:"blocked_message" description:"Body for what is blocked."`

	waf *engine
}

// Validate reads the rules.
func (c *Config) Validate() error {
	if !c.UseCRS && len(c.Families) > 0 {
		return errors.New("crs_families: needs useCRS")
	}
	if c.Detect != 0 && c.Detect < c.Paranoia {
		return fmt.Errorf("detection_paranoia_level: must not be less than paranoia_level, %d, got %d", c.Paranoia, c.Detect)
	}
	if !c.UseCRS && strings.TrimSpace(strings.Join(c.SecRules, "")) == "" {
		return errors.New("there are no rules: set useCRS or secRules")
	}
	if err := readable(strings.Join(c.Setup, "\n")); err != nil {
		return fmt.Errorf("crs_setup: %w", err)
	}
	before, after := c.directives()
	waf, err := wafs.get(before, after, strings.Join(c.SecRules, "\n"), c.level())
	if err != nil {
		return err
	}
	c.waf = waf
	return nil
}
