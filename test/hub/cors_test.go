package hub

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// corsOrigins are origins, and whether the configuration allows them. The others
// are all refused: nothing is normalised here.
var corsOrigins = map[string]bool{
	"https://ok.test": true, "HTTPS://OK.test": true, "https://a.example.com": true, "https://a.b.example.com": true, "http://x.example.org:8080": true, "http://x.example.org:9090": true,
	"null": false, "https://ok.test:8443": false, "http://ok.test": false, "https://ok.test/": false, "https://ok.test.evil.test": false, "https://okXtest": false,
	"https://example.com": false, "https://a.example.com:444": false, "http://a.example.com": false, "https://a.example.com.evil.test": false,
	"https://evil.test/.example.com": false, "https://evil.test#.example.com": false, "https://evil.test?.example.com": false, "https://evil.test\\.example.com": false,
	"https://u@a.example.com": false, "https://aexample.com": false, "http://x.example.org": false, "http://x.example.org:80809090": false, "http://x.example.org:8080,9090": false,
	"https://ok.test https://evil.test": false, "https://ok.test,https://evil.test": false, "*": false, "ok.test": false, "javascript:alert(1)": false, "https://": false, "://ok.test": false,
}

func TestCORS(t *testing.T) {
	var origins []string
	for o := range corsOrigins {
		origins = append(origins, o)
	}
	slices.Sort(origins)
	attack(t, guard{
		plugin: "cors",
		config: `{"allow_origins":["https://ok.test"],"allow_origin_patterns":["https://*.example.com","http://*.example.org:[8080,9090]"],
			"allow_methods":["GET","POST"],"allow_headers":["X-A","Content-Type"],"allow_credentials":true}`,
		statuses: []int{200, 403}, // 200 is the answer to a preflight
		mutate: func(r *rand.Rand, q *request) {
			for range pick(r, 0, 1, 1, 1, 1, 1, 1, 2) {
				q.add(pick(r, "origin", "Origin", "ORIGIN"), pick(r, pick(r, origins...), pick(r, origins...), "https://ok.test", "https://ok.test", junk(r)))
			}
			if oneIn(r, 3) {
				q.add(pick(r, "access-control-request-method", "Access-Control-Request-Method"), pick(r, "GET", "POST", "PUT", "get", "", "GET,PUT", junk(r)))
			}
			if oneIn(r, 4) {
				q.add("access-control-request-headers", pick(r, "x-a", "content-type, X-A", "x-b", "x-a,x-b", "", "*", junk(r)))
			}
			q.shuffle(r)
		},
		verdict: corsVerdict,
	})
}

// corsVerdict decides by the page of the plugin alone.
func corsVerdict(q *request) verdict {
	given := q.values("origin")
	switch {
	case len(given) == 0:
		return passes(whatever)
	case len(given) > 1:
		return corsSeveral(given)
	case !corsOrigins[strings.TrimSpace(given[0])]:
		if strings.TrimSpace(given[0]) == "" {
			return unknown // some gateways drop an empty line
		}
		return refused
	}
	if q.method == "OPTIONS" && len(q.values("access-control-request-method")) > 0 {
		for _, v := range q.values("access-control-request-method") {
			if strings.TrimSpace(v) == "" {
				return unknown
			}
		}
		return refused // it is answered by the plugin, whatever the answer
	}
	if q.method != "GET" && q.method != "HEAD" && q.method != "POST" {
		return refused
	}
	return passes(whatever)
}

// corsSeveral decides about more than one origin: refused, unless all but one may
// be dropped on the way.
func corsSeveral(given []string) verdict {
	if slices.ContainsFunc(given, func(v string) bool { return strings.TrimSpace(v) == "" }) {
		return unknown
	}
	return refused
}
