package main

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// op is one operation on one name of a part.
type op struct {
	operate  string
	key, to  string // to: rename's new name, map's target
	value    string
	json     []byte // the value in JSON
	source   string // of map
	strategy string
	pattern  *regexp.Regexp // what makes the value of host or path
	onHost   bool
}

// newOp makes the operation of a rule's param for a part.
func newOp(r Rule, part string, p Param) (o op, err error) {
	o.operate = strings.ToLower(r.Operate)
	if err := r.check(); err != nil {
		return op{}, err
	}
	switch o.key = string(p.Key); o.operate {
	case "rename":
		o.key, o.to = string(p.OldKey), string(p.NewKey)
	case "replace":
		o.value = string(p.NewValue)
	case "add":
		o.value = string(p.Value)
	case "append":
		o.value = string(p.AppendValue)
	case "map":
		o.key, o.to, o.source = string(p.FromKey), string(p.ToKey), r.MapSource
		if o.source == "" {
			o.source = part
		}
	case "dedupe":
		o.strategy, err = strategy(p.Strategy)
	}
	if err == nil {
		err = o.finish(part, p)
	}
	return o, err
}

// finish checks names, and prepares values.
func (o *op) finish(part string, p Param) (err error) {
	moves := o.operate == "rename" || o.operate == "map"
	if o.key == "" || moves && o.to == "" {
		return errors.New(o.operate + " needs names that are not empty")
	}
	if part == inHeaders && strings.HasPrefix(o.key, ":") && (o.operate == "remove" || o.operate == "rename") {
		return errors.New(o.operate + ": a message can't be without " + o.key)
	}
	if part == inHeaders && o.operate != "map" || o.source == inHeaders {
		o.key = strings.ToLower(o.key)
	}
	if part == inHeaders {
		o.to = strings.ToLower(o.to)
	}
	if o.operate != "replace" && o.operate != "add" && o.operate != "append" {
		return nil
	}
	if err := o.setPattern(p); err != nil {
		return err
	}
	if part == inBody {
		o.json, err = valueJSON(o.value, strings.ToLower(p.Type))
		if t := strings.ToLower(p.Type); t != "" && t != "string" {
			o.pattern = nil // as in Higress: only texts are made of host and path
		}
	}
	return err
}

// setPattern compiles host_pattern, or else path_pattern.
func (o *op) setPattern(p Param) (err error) {
	name, pattern := "host_pattern", p.HostPattern
	if o.onHost = pattern != ""; !o.onHost {
		name, pattern = "path_pattern", p.PathPattern
	}
	if pattern == "" {
		return nil
	}
	if o.pattern, err = regexp.Compile(pattern); err != nil {
		return fault.In(name, err)
	}
	o.value = strings.ReplaceAll(o.value, `\$`, "$") // as some write it, who had it from a shell
	return nil
}

// text returns the value for a request.
func (o *op) text(host, path string) string {
	of := path
	if o.onHost {
		of = host
	}
	if o.pattern == nil || !o.pattern.MatchString(of) {
		return o.value
	}
	return o.pattern.ReplaceAllString(of, o.value)
}

// inJSON returns the value for a request as JSON.
func (o *op) inJSON(host, path string) []byte {
	if o.pattern == nil {
		return o.json
	}
	return jsonscan.AppendQuoted(nil, o.text(host, path))
}

// valueJSON returns a configured value as JSON of a type.
func valueJSON(value, kind string) ([]byte, error) {
	switch kind {
	case "", "string":
		return jsonscan.AppendQuoted(nil, value), nil
	case "boolean":
		b, err := strconv.ParseBool(value)
		if err != nil {
			return nil, errors.New("value_type boolean: " + strconv.Quote(value) + " is none")
		}
		return strconv.AppendBool(nil, b), nil
	case "number":
		if _, err := strconv.ParseFloat(value, 64); err != nil || jsoncheck.Check([]byte(value), jsoncheck.Limits{}) != nil {
			return nil, errors.New("value_type number: " + strconv.Quote(value) + " is none in JSON")
		}
		return []byte(value), nil
	case "object":
		if err := jsoncheck.Check([]byte(value), jsoncheck.Limits{}); err != nil {
			return nil, fault.In("value_type object", err)
		}
		return []byte(value), nil
	}
	return nil, errors.New("value_type: must be string, number, boolean or object, got " + strconv.Quote(kind))
}

// errStrategy says which strategies there are.
var errStrategy = errors.New("strategy: must be RETAIN_UNIQUE, RETAIN_LAST, RETAIN_FIRST, SPLIT_AND_RETAIN_FIRST or SPLIT_AND_RETAIN_LAST")

func strategy(name string) (string, error) {
	switch name = strings.ToUpper(name); name {
	case "":
		return "RETAIN_FIRST", nil
	case "RETAIN_UNIQUE", "RETAIN_LAST", "RETAIN_FIRST", "SPLIT_AND_RETAIN_FIRST", "SPLIT_AND_RETAIN_LAST":
		return name, nil
	}
	return "", errStrategy
}

// dedupe returns what a strategy leaves of values, of which there is one at least.
func dedupe(strategy string, values []string) []string {
	switch strategy {
	case "RETAIN_UNIQUE":
		var unique []string
		seen := map[string]bool{}
		for _, v := range values {
			if !seen[v] {
				unique = append(unique, v)
			}
			seen[v] = true
		}
		return unique
	case "RETAIN_LAST":
		return values[len(values)-1:]
	case "SPLIT_AND_RETAIN_FIRST":
		first, _, _ := strings.Cut(values[0], ",")
		return []string{first}
	case "SPLIT_AND_RETAIN_LAST":
		return []string{values[0][strings.LastIndexByte(values[0], ',')+1:]}
	}
	return values[:1]
}
