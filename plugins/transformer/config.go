package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Config is the plugin's configuration, for all requests or a rule's.
type Config struct {
	Reroute   bool   `json:"reroute" default:"true" description:"Lets a Higress gateway choose the route again when a request has changed."`
	ReqRules  []Rule `json:"reqRules" description:"What is done to requests, in this order."`
	RespRules []Rule `json:"respRules" description:"What is done to responses, in this order."`

	request, response plan
}

// Rule is one operation on parts of a message.
type Rule struct {
	Operate   string  `json:"operate" required:"true" description:"remove, rename, replace, add, append, map or dedupe." example:"add"`
	MapSource string  `json:"mapSource" description:"With map, where the values are taken from: headers, querys or body. Without it, from the part that is changed."`
	Headers   []Param `json:"headers" description:"Headers that are changed."`
	Querys    []Param `json:"querys" description:"Parameters of the query that are changed; of requests only."`
	Body      []Param `json:"body" description:"Values of the body that are changed: JSON, and for requests also forms (urlencoded and multipart)."`
}

// Param says what an operation is done to. Which keys it has depends on the
// operation.
type Param struct {
	Key         loose.Text  `json:"key" description:"For remove, replace, add, append and dedupe: the name. In JSON a path: a.b, a\\.b for a dot that is part of a name, list.0, and for replace also list.#.name."`
	OldKey      loose.Text  `json:"oldKey" description:"For rename: the old name."`
	NewKey      loose.Text  `json:"newKey" description:"For rename: the new name."`
	NewValue    loose.Value `json:"newValue" description:"For replace: the value."`
	Value       loose.Value `json:"value" description:"For add: the value."`
	AppendValue loose.Value `json:"appendValue" description:"For append: the value."`
	FromKey     loose.Text  `json:"fromKey" description:"For map: the name in the source."`
	ToKey       loose.Text  `json:"toKey" description:"For map: the name that gets the value."`
	Strategy    string      `json:"strategy" description:"For dedupe: RETAIN_UNIQUE, RETAIN_LAST, RETAIN_FIRST, SPLIT_AND_RETAIN_FIRST or SPLIT_AND_RETAIN_LAST; without it RETAIN_FIRST."`
	Type        string      `json:"value_type" description:"For values in a JSON body: string, number, boolean or object; without it string."`
	HostPattern string      `json:"host_pattern" description:"For replace, add and append: a regular expression (RE2). If the request's host matches, the value is what becomes of the host when the match is replaced by it, with $1 for the first group."`
	PathPattern string      `json:"path_pattern" description:"The same for the request's path with its query."`
}

// Validate is called when a configuration was read.
func (c *Config) Validate() (err error) {
	if len(c.ReqRules)+len(c.RespRules) == 0 {
		return errors.New("reqRules or respRules must be set")
	}
	if c.request, err = newPlan(c.ReqRules); err != nil {
		return fault.New("reqRules"+err.Error(), err)
	}
	if c.response, err = newPlan(c.RespRules); err != nil {
		return fault.New("respRules"+err.Error(), err)
	}
	return nil
}

// Parts of a message.
const (
	inHeaders = "headers"
	inQuerys  = "querys"
	inBody    = "body"
)

// plan are the rules for requests, or those for responses, by the part that they
// change.
type plan struct {
	headers, querys, body []op
	fromBody              bool // headers or querys take values out of the body
	ofQuery               bool // the query is changed or read
}

func newPlan(rules []Rule) (p plan, err error) {
	for i, r := range rules {
		for _, part := range []struct {
			name   string
			params []Param
			ops    *[]op
		}{{inHeaders, r.Headers, &p.headers}, {inQuerys, r.Querys, &p.querys}, {inBody, r.Body, &p.body}} {
			for j, param := range part.params {
				o, err := newOp(r, part.name, param)
				if err != nil {
					return plan{}, fault.At("["+strconv.Itoa(i)+"]."+part.name, j, err)
				}
				*part.ops = append(*part.ops, o)
				p.ofQuery = p.ofQuery || o.source == inQuerys || part.name == inQuerys
				p.fromBody = p.fromBody || o.source == inBody && part.name != inBody
			}
		}
		if err := r.check(); err != nil {
			return plan{}, fault.At("", i, err)
		}
	}
	return p, nil
}

// check finds what is wrong with a rule that has no params.
func (r Rule) check() error {
	switch strings.ToLower(r.Operate) {
	case "remove", "rename", "replace", "add", "append", "map", "dedupe":
	default:
		return errors.New("operate: must be remove, rename, replace, add, append, map or dedupe, got " + strconv.Quote(r.Operate))
	}
	switch source := r.MapSource; {
	case source == "", source == inHeaders, source == inQuerys, source == inBody, !strings.EqualFold(r.Operate, "map"):
		return nil
	}
	return errors.New("mapSource: must be headers, querys or body, got " + strconv.Quote(r.MapSource))
}
