package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ReadRoutes reads a routes file, YAML or JSON:
//
//	routes:
//	- name: default/foo       # what plugins read as the route's name
//	  domains: [example.com]  # default: every host
//	  prefix: /foo            # or path: /exactly/this; default: prefix /
//	  cluster: httpbin
//	clusters:
//	  my-svc: 127.0.0.1:8000  # host:port or URL
//
// An unknown key is an error that names it and the allowed ones.
func ReadRoutes(path string) ([]Route, []Cluster, error) {
	b, err := ReadConfig(path)
	if err != nil {
		return nil, nil, err
	}
	if len(b) == 0 {
		return nil, nil, fmt.Errorf("%s: is empty; want the keys routes or clusters", path)
	}
	routes, clusters, err := parseRoutes(b)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return routes, clusters, nil
}

func parseRoutes(b []byte) ([]Route, []Cluster, error) {
	var file struct {
		Routes   []json.RawMessage
		Clusters map[string]string
	}
	if err := decode(b, "", &file, "routes", "clusters"); err != nil {
		return nil, nil, err
	}
	var routes []Route
	for i, raw := range file.Routes {
		where := fmt.Sprintf("routes[%d]", i)
		var r Route
		if err := decode(raw, where, &r, "name", "domains", "prefix", "path", "cluster"); err != nil {
			return nil, nil, err
		}
		if err := r.check(); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", where, err)
		}
		routes = append(routes, r)
	}
	var clusters []Cluster
	for name, address := range file.Clusters {
		c := Cluster{name, address}
		if err := c.check(); err != nil {
			return nil, nil, err
		}
		clusters = append(clusters, c)
	}
	slices.SortFunc(clusters, func(a, b Cluster) int { return strings.Compare(a.Name, b.Name) })
	return routes, clusters, nil
}

// check reports what no engine would take, or what could match nothing.
func (r Route) check() error {
	switch {
	case r.Cluster == "":
		return errors.New("has no cluster")
	case r.Prefix != "" && r.Path != "":
		return errors.New("has both a prefix and a path; give one")
	case r.Prefix != "" && r.Prefix[0] != '/':
		return fmt.Errorf("prefix %q: must begin with /", r.Prefix)
	case r.Path != "" && r.Path[0] != '/':
		return fmt.Errorf("path %q: must begin with /", r.Path)
	}
	if i := slices.Index(r.Domains, ""); i >= 0 {
		return fmt.Errorf("domains[%d] is empty", i)
	}
	return nil
}

// decode reads an object that may hold only the allowed keys, spelt exactly so.
func decode(b []byte, where string, into any, allowed ...string) error {
	prefix := where
	if prefix != "" {
		prefix += ": "
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(b, &keys); err != nil {
		return fmt.Errorf("%swant an object with the keys %s", prefix, strings.Join(allowed, ", "))
	}
	for key := range keys {
		if !slices.Contains(allowed, key) {
			return fmt.Errorf("%sunknown key %q; allowed are %s", prefix, key, strings.Join(allowed, ", "))
		}
	}
	d := json.NewDecoder(bytes.NewReader(b))
	var wrong *json.UnmarshalTypeError
	if err := d.Decode(into); errors.As(err, &wrong) {
		return fmt.Errorf("%s%s: want %s, not %s", prefix, strings.ToLower(wrong.Field), jsonType(wrong.Type.String()), withArticle(wrong.Value))
	} else if err != nil {
		return fmt.Errorf("%s%w", prefix, err)
	}
	return nil
}

// jsonType names a Go type as someone who writes YAML would.
func jsonType(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "map"):
		return "an object"
	}
	return withArticle(goType)
}

func withArticle(word string) string {
	if strings.HasPrefix(word, "a") || strings.HasPrefix(word, "o") {
		return "an " + word
	}
	return "a " + word
}
