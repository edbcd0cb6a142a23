package main

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Config is the plugin's configuration, global or a rule's.
type Config struct {
	ConditionGroups []ConditionGroup `json:"conditionGroups" description:"Tags by what is in a request. The first group that matches counts."`
	WeightGroups    []WeightGroup    `json:"weightGroups" description:"Tags by chance, for requests that no condition group matches. The weights together are at most 100; what is missing to that gets no tag of them."`
	WeightKey       *Key             `json:"weightKey" description:"Where it is in a request, its value chooses the weight group and not chance: one value has always the same tag."`
	DefaultTagKey   string           `json:"defaultTagKey" description:"The header of requests that got no tag so far. Only with defaultTagVal."`
	DefaultTagVal   loose.Text       `json:"defaultTagVal" description:"Its value."`
	Overwrite       bool             `json:"overwrite" description:"Replace a header that the request has already. Without it clients can choose their tag."`
}

// Key is a part of a request.
type Key struct {
	ConditionType string `json:"conditionType" required:"true" enum:"header,parameter,cookie" description:"Where to look."`
	Key           string `json:"key" required:"true" minLength:"1" description:"The name of the header, parameter or cookie."`
}

// ConditionGroup is a tag and when a request gets it.
type ConditionGroup struct {
	HeaderName  string      `json:"headerName" required:"true" description:"The header." example:"x-mse-tag"`
	HeaderValue loose.Text  `json:"headerValue" required:"true" description:"Its value." example:"gray"`
	Logic       string      `json:"logic" required:"true" enum:"and,or" description:"Whether all conditions must be true, or one of them."`
	Conditions  []Condition `json:"conditions" description:"The conditions. A group without any matches nothing."`
}

// Condition is about one part of a request. One that the request does not have
// makes it false, whatever the operator.
type Condition struct {
	Key
	Operator string       `json:"operator" required:"true" enum:"equal,not_equal,prefix,in,not_in,regex,percentage" description:"How to compare. percentage is true for that share of all values, always for the same."`
	Value    []loose.Text `json:"value" required:"true" minItems:"1" description:"What to compare with; several only for in and not_in. regex is RE2 and matches any part."`

	percent int
	regex   *regexp.Regexp
}

// WeightGroup is a tag and how many percent of requests get it.
type WeightGroup struct {
	HeaderName  string     `json:"headerName" required:"true" description:"The header."`
	HeaderValue loose.Text `json:"headerValue" required:"true" description:"Its value."`
	Weight      int        `json:"weight" required:"true" min:"0" max:"100" description:"Percent of requests."`
}

// total is what weights are parts of.
const total = 100

// Validate implements config.Validator.
func (c *Config) Validate() error {
	sum := 0
	for _, g := range c.WeightGroups {
		sum += g.Weight
	}
	if sum > total {
		return errors.New("weightGroups: the weights together are " + strconv.Itoa(sum) + ", more than " + strconv.Itoa(total))
	}
	if c.DefaultTagKey == "" || c.DefaultTagVal == "" {
		return nil
	}
	return checkTag("defaultTagKey", c.DefaultTagKey, "defaultTagVal", string(c.DefaultTagVal))
}

// Validate implements config.Validator.
func (g *ConditionGroup) Validate() error {
	return checkTag("headerName", g.HeaderName, "headerValue", string(g.HeaderValue))
}

// Validate implements config.Validator.
func (g *WeightGroup) Validate() error {
	return checkTag("headerName", g.HeaderName, "headerValue", string(g.HeaderValue))
}

// checkTag refuses what can't be a header, and what frames or routes a request.
func checkTag(nameKey, name, valueKey, value string) error {
	bad := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) }
	if name == "" || strings.ContainsFunc(name, bad) {
		return errors.New(nameKey + ": not a header's name")
	}
	switch strings.ToLower(name) {
	case "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer":
		return errors.New(nameKey + ": " + name + " can't be a tag")
	}
	if value == "" || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New(valueKey + ": not a header's value")
	}
	return nil
}

// Validate implements config.Validator.
func (c *Condition) Validate() (err error) {
	if len(c.Value) != 1 && c.Operator != "in" && c.Operator != "not_in" {
		return errors.New("value: " + c.Operator + " takes one value")
	}
	switch c.Operator {
	case "percentage":
		if c.percent, err = strconv.Atoi(string(c.Value[0])); err != nil || c.percent < 0 || c.percent > total {
			return errors.New("value: percentage takes a whole number from 0 to 100")
		}
	case "regex":
		if c.regex, err = regexp.Compile(string(c.Value[0])); err != nil {
			return fault.In("value", err)
		}
	}
	return nil
}
