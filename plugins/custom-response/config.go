package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// Config is the plugin's configuration, for all requests or a rule's: several
// answers in Rules, or one beside it.
type Config struct {
	Rules []Answer `json:"rules" description:"Answers for different statuses. Without it the keys beside it are the only one."`
	Answer

	always *reply            // in place of upstream
	exact  map[string]*reply // by status
	fuzzy  []fuzzy           // in their order
}

// Answer is what clients get, in place of what upstream has answered.
type Answer struct {
	Status   loose.Text   `json:"status_code" description:"The answer's status, 200 without it."`
	Headers  []loose.Text `json:"headers" description:"Its headers, as name=value." example:"[\"key1=value1\"]"`
	Body     loose.Value  `json:"body" description:"Its body. Where headers has no Content-Type, it is application/json for JSON and text/plain for others."`
	OnStatus []loose.Text `json:"enable_on_status" description:"The statuses of upstream, or of the gateway, that it is for: 404, or 40x with x for any digit. Without it the answer is given to requests before upstream sees them."`
}

// reply is an Answer that is ready to be sent.
type reply struct {
	status  uint32
	headers [][2]string
	body    []byte
}

// fuzzy is a pattern for statuses and its reply.
type fuzzy struct {
	pattern string
	reply   *reply
}

// Validate is called when a configuration was read.
func (c *Config) Validate() error {
	answers := c.Rules
	if answers == nil {
		answers = []Answer{c.Answer}
	}
	c.exact = map[string]*reply{}
	for i, a := range answers {
		err := c.add(a)
		if err != nil && c.Rules != nil {
			err = fault.At("rules", i, err)
		}
		if err != nil {
			return err
		}
	}
	if len(c.exact)+len(c.fuzzy) > 0 {
		c.always = nil // as in Higress: answers for statuses need upstream's
	} else if c.always == nil {
		return errors.New("rules: must have an element")
	}
	return nil
}

// add takes an answer.
func (c *Config) add(a Answer) error {
	r, err := a.reply()
	if err != nil {
		return err
	}
	if len(a.OnStatus) == 0 && c.always == nil {
		c.always = r
	}
	for i, status := range a.OnStatus {
		pattern, err := pattern(string(status))
		if err == nil && c.has(pattern) {
			err = errors.New(strconv.Quote(pattern) + " has an answer already")
		}
		if err != nil {
			return fault.At("enable_on_status", i, err)
		}
		if strings.Contains(pattern, "x") {
			c.fuzzy = append(c.fuzzy, fuzzy{pattern, r})
		} else {
			c.exact[pattern] = r
		}
	}
	return nil
}

func (c *Config) has(pattern string) bool {
	for _, f := range c.fuzzy {
		if f.pattern == pattern {
			return true
		}
	}
	return c.exact[pattern] != nil
}

// pattern reads three digits, of which some can be an x.
func pattern(text string) (string, error) {
	text = strings.ToLower(text)
	digits := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c != 'x':
			digits = -len(text)
		}
	}
	if len(text) != 3 || digits < 1 {
		return "", errors.New("must be a status, or one with x for any digit, such as 40x, got " + strconv.Quote(text))
	}
	return text, nil
}

// matches reports whether a status is one of the pattern's.
func (f fuzzy) matches(status string) bool {
	if len(status) != len(f.pattern) {
		return false
	}
	for i := 0; i < len(status); i++ {
		if f.pattern[i] != 'x' && f.pattern[i] != status[i] {
			return false
		}
	}
	return true
}

// find returns the reply for a status: that for exactly this one, or the first
// whose pattern matches, or nil.
func (c *Config) find(status string) *reply {
	if r := c.exact[status]; r != nil {
		return r
	}
	for _, f := range c.fuzzy {
		if f.matches(status) {
			return f.reply
		}
	}
	return nil
}

// reply makes an answer ready.
func (a Answer) reply() (*reply, error) {
	r := &reply{status: 200, body: []byte(a.Body)}
	if a.Status != "" {
		status, err := strconv.ParseUint(string(a.Status), 10, 32)
		if err != nil || status < 200 || status > 599 {
			return nil, errors.New("status_code: must be from 200 to 599, got " + strconv.Quote(string(a.Status)))
		}
		r.status = uint32(status)
	}
	contentType := ""
	for i, h := range a.Headers {
		name, value, ok := strings.Cut(string(h), "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch {
		case !ok || !validHeader(name, value):
			return nil, fault.At("headers", i, errors.New("must be name=value, got "+strconv.Quote(string(h))))
		case name == "content-type":
			contentType = value
		case name == "content-length": // is that of the body
		default:
			r.headers = append(r.headers, [2]string{name, value})
		}
	}
	if contentType == "" && len(r.body) > 0 {
		contentType = "text/plain; charset=utf-8"
		if jsonscan.Valid(r.body) {
			contentType = "application/json; charset=utf-8"
		}
	}
	if contentType != "" {
		r.headers = append(r.headers, [2]string{"content-type", contentType})
	}
	return r, nil
}

// validHeader reports whether a header can be sent (RFC 9110, section 5).
func validHeader(name, value string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return name != "" && !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}
