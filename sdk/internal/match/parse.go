package match

import (
	"errors"

	"github.com/tidwall/gjson"
)

var errNoKey = errors.New("a rule needs one of " + RouteKey + ", " + DomainKey + ", " +
	ServiceKey + " and " + RoutePrefixKey + " with at least one name in it")

// Parse reads what a rule matches. Each key holds a list of names or one name;
// empty names are skipped. The error names the key, and no values.
func Parse(rule gjson.Result) (Rule, error) {
	var r Rule
	if !rule.IsObject() {
		return r, errors.New("a rule must be an object")
	}
	for _, key := range [...]struct {
		name string
		to   *[]string
	}{{RouteKey, &r.Routes}, {DomainKey, &r.Hosts}, {ServiceKey, &r.Services}, {RoutePrefixKey, &r.Prefixes}} {
		names, err := names(rule.Get(key.name))
		if err != nil {
			return r, errors.New(key.name + ": " + err.Error())
		}
		*key.to = names
	}
	kind, ok := r.kind()
	if !ok {
		return r, errNoKey
	}
	r.Kind = kind
	return r, nil
}

func names(list gjson.Result) (out []string, err error) {
	for _, item := range list.Array() {
		if item.IsObject() || item.IsArray() {
			return nil, errors.New("must be a list of names, found an object or a list in it")
		}
		if name := item.String(); name != "" {
			out = append(out, name)
		}
	}
	return out, nil
}
