package match

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

var errNoKey = errors.New("a rule needs one of " + RouteKey + ", " + DomainKey + ", " +
	ServiceKey + ", " + RoutePrefixKey + " and " + ConsumerKey + " with at least one name in it")

// maxPairs bounds what one rule puts into the index: a rule for routes and
// services, or for consumers and something else, is looked up by each pair.
const maxPairs = 1 << 16

var errTooMany = errors.New("a rule combines too many names: routes times services, or consumers times the rest, " +
	"may be " + strconv.Itoa(maxPairs) + " at most; split it")

var errNobody = errors.New(ConsumerKey + " names nobody: without names a rule for some would be one for everybody; leave it out for that")

// Parse reads what a rule matches. Each key holds a list of names or one name;
// empty names are skipped. A key that looks like one of these and is none is an
// error, since the rule would match more than was meant. The error names the
// key, and the place of a host that no request can have, and no values.
func Parse(rule jsonscan.Value) (Rule, error) {
	var r Rule
	if rule.Kind() != jsonscan.Object {
		return r, errors.New("a rule must be an object")
	}
	for _, key := range [...]struct {
		name string
		to   *[]string
	}{
		{RouteKey, &r.Routes},
		{DomainKey, &r.Hosts},
		{ServiceKey, &r.Services},
		{RoutePrefixKey, &r.Prefixes},
		{ConsumerKey, &r.Consumers},
	} {
		names, err := names(jsonscan.Get(rule.Raw(), key.name))
		if err != nil {
			return r, errors.New(key.name + ": " + err.Error())
		}
		*key.to = names
	}
	kind, ok := r.kind()
	if !ok {
		return r, errNoKey
	}
	if err := checkKeys(rule, len(r.Consumers) > 0); err != nil {
		return r, err
	}
	r.Kind = kind
	return r, r.check()
}

// checkKeys refuses keys by which a rule would match more than was meant.
func checkKeys(rule jsonscan.Value, consumers bool) error {
	for key := range rule.Members {
		switch name, _ := key.Text(); name {
		case RouteKey, DomainKey, ServiceKey, RoutePrefixKey:
		case ConsumerKey:
			if !consumers {
				return errNobody
			}
		default:
			if strings.HasPrefix(name, "_match_") {
				return errors.New("a rule has no key " + string(jsonscan.AppendQuoted(nil, name[:min(len(name), 40)])) + "; those that match are " +
					RouteKey + ", " + DomainKey + ", " + ServiceKey + ", " + RoutePrefixKey + " and " + ConsumerKey)
			}
		}
	}
	return nil
}

// check refuses what can't match or takes too much room.
func (r *Rule) check() error {
	if r.Kind == Host {
		for i, host := range r.Hosts {
			if _, err := parsePattern(host); err != nil {
				return errors.New(DomainKey + "[" + strconv.Itoa(i) + "]: " + err.Error())
			}
		}
	}
	n, m := len(r.Consumers), r.names()
	if n*m > maxPairs && n > 1 && m > 1 || r.Kind == RouteAndService && m > maxPairs {
		return errTooMany
	}
	return nil
}

// Name is a name that a configuration has, which may be written as a number: as
// [jsonscan.Value.String] has it, but without the code for numbers that need
// rounding, which stay as they are written. "" for null.
func Name(v jsonscan.Value) string {
	switch v.Kind() {
	case jsonscan.Missing, jsonscan.Null:
		return ""
	case jsonscan.String:
		name, _ := v.Text() // of no other kind
		return name
	}
	return string(v.Raw())
}

func names(list jsonscan.Value) (out []string, err error) {
	for _, item := range list.Array() {
		if item.Kind() >= jsonscan.List {
			return nil, errors.New("must be a list of names, found an object or a list in it")
		}
		if name := Name(item); name != "" {
			out = append(out, name)
		}
	}
	return out, nil
}
