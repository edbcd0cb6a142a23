package hub

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

// The keys are in x-key or Authorization, or in the query.
func TestKeyAuth(t *testing.T) {
	attack(t, guard{
		plugin: "key-auth",
		config: `{"keys":["x-key","authorization"],"in_query":true,"in_header":true,
			"consumers":[{"name":"c1","credential":"key-1"},{"name":"c2","credential":"Bearer key-2"}],
			"_rules_":[{"_match_domain_":["hub.test"],"allow":["c1"]},{"_match_domain_":["[::1]"],"allow":["c1","c2"]}]}`,
		mutate: func(r *rand.Rand, q *request) {
			value := func() string {
				return pick(r, "key-1", "key-1", "key-1", "key-2", "Bearer key-2", "Bearer key-1", "bearer key-1", "key-1 key-1", "key", "KEY-1", "key-1,key-1", "", junk(r))
			}
			for range pick(r, 0, 1, 1, 1, 1, 2, 3) {
				if oneIn(r, 3) {
					sep := "?"
					if strings.Contains(q.target, "?") {
						sep = pick(r, "&", "&", ";")
					}
					q.target += sep + pick(r, "x-key", "authorization", "x%2Dkey", "X-Key", "x-key[]") + "=" + pick(r, url.QueryEscape(value()), "key-1")
				} else {
					q.add(pick(r, "x-key", "X-KEY", "authorization", "Authorization", "x-keys", "x_key"), value())
				}
			}
			q.shuffle(r)
		},
		verdict: keyVerdict,
	})
}

// keyVerdict decides by the page of the plugin alone.
func keyVerdict(q *request) verdict {
	host := strings.ToLower(q.host)
	allowed := map[string]bool{}
	switch {
	case strings.HasPrefix(host, "hub.test"):
		allowed["c1"] = true
	case strings.HasPrefix(host, "[::1]"):
		allowed["c1"], allowed["c2"] = true, true
	default:
		return passes("") // no rule, and rules elsewhere
	}
	var names []string
	for _, name := range []string{"x-key", "authorization"} {
		for _, v := range q.values(name) {
			switch v = strings.TrimSpace(v); v {
			case "":
			case "key-1", "Bearer key-1", "bearer key-1":
				names = append(names, "c1")
			case "Bearer key-2":
				names = append(names, "c2")
			default:
				names = append(names, "nobody")
			}
		}
	}
	path, query, _ := strings.Cut(q.target, "?")
	if _, err := url.PathUnescape(path); err != nil {
		return refused
	}
	for _, part := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return refused
		}
		if name != "x-key" && name != "authorization" || value == "" {
			continue
		}
		names = append(names, map[string]string{"key-1": "c1", "Bearer key-2": "c2"}[value])
	}
	if len(names) != 1 || !allowed[names[0]] {
		return refused
	}
	return passes(names[0])
}
