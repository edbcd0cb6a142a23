package hub

import (
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// extAuthPaths are paths, and whether the list lets them pass without a decision.
// The last ones could be read as being above the service's prefix: never sent.
var extAuthPaths = []struct {
	path   string
	public bool
	bad    bool
}{
	{"/public/x", true, false}, {"/public/", true, false}, {"/public/x/y?z=/../..", true, false}, {"/public/a//b", true, false}, {"/public/%41", true, false},
	{"/get", false, false}, {"/", false, false}, {"/public", false, false}, {"/PUBLIC/x", false, false}, {"/publicx/y", false, false}, {"/a?b=/public/", false, false},
	{"/public/../get", false, false}, {"/public/%2e%2e/get", false, false}, {"/public/..%2fget", false, false}, {"/public/..;/get", false, false},
	{"/public/%252e%252e/get", false, false}, {"/public%2f../get", false, false}, {"//public/x", false, false}, {"/get/../public/x", false, false}, {"/./public/x", false, false},
	{"/../get", false, true}, {"/%2e%2e/get", false, true}, {"/a/..%2f../get", false, true}, {"/public/../../get", false, true},
}

// extAuthService is a real HTTP server that lets pass who says "good". What it is
// asked below /auth only counts if the request line leads there.
func extAuthService(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Mse-Consumer", "c9")
		switch {
		case !strings.HasPrefix(r.RequestURI, "/auth/"):
			t.Errorf("the service is asked for %q", r.RequestURI)
			w.WriteHeader(http.StatusForbidden)
		case r.Header.Get("Authorization") == "Bearer good" && len(r.Header.Values("Authorization")) == 1:
		case r.Header.Get("Authorization") == "Bearer login":
			w.Header().Set("Location", "https://login.test/")
			w.WriteHeader(http.StatusFound)
		case r.Header.Get("Authorization") == "Bearer empty":
			w.WriteHeader(http.StatusNoContent)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	})}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

func TestExtAuth(t *testing.T) {
	for name, sent := range map[string]string{"headers": `{}`, "body": `{"with_request_body":true}`} {
		t.Run(name, func(t *testing.T) {
			attack(t, guard{
				plugin:   "ext-auth",
				clusters: map[string]string{"outbound|80||auth.static": extAuthService(t)},
				config: `{"http_service":{"endpoint":{"service_name":"auth.static","path_prefix":"/auth"},"timeout":10000,"authorization_request":` + sent + `,
					"authorization_response":{"allowed_upstream_headers":[{"exact":"X-Mse-Consumer"},{"prefix":"x-auth-"}]}},
					"match_type":"whitelist","match_list":[{"match_rule_path":"/public/","match_rule_type":"prefix"},{"match_rule_domain":"other.test","match_rule_method":["DELETE"]}]}`,
				stripped: []string{"X-Auth-User", "X-Envoy-Auth-Failure-Mode-Allowed"},
				statuses: []int{204, 302, 400, 401},
				mutate: func(r *rand.Rand, q *request) {
					q.target, q.odd = extAuthPaths[r.IntN(len(extAuthPaths))].path, false
					for range pick(r, 0, 1, 1, 1, 1, 1, 2) {
						q.add(pick(r, "authorization", "Authorization", "AUTHORIZATION", "x-authorization"),
							pick(r, "Bearer good", "Bearer good", "Bearer good", "Bearer bad", "Bearer login", "Bearer empty", "bearer good", "Bearer good,Bearer good", "", junk(r)))
					}
					if oneIn(r, 2) {
						q.add(pick(r, "x-auth-user", "X-Auth-User", "x-envoy-auth-failure-mode-allowed"), "forged")
					}
					if oneIn(r, 4) {
						q.add("connection", pick(r, "keep-alive", "x-a", "authorization", "x-auth-user"))
					}
					q.shuffle(r)
				},
				verdict: extAuthVerdict,
			})
		})
	}
}

// extAuthVerdict decides by the page of the plugin alone.
func extAuthVerdict(q *request) verdict {
	if strings.HasPrefix(strings.ToLower(q.host), "other.test") && q.method == "DELETE" {
		return passes("")
	}
	for _, p := range extAuthPaths {
		switch {
		case p.path != q.target:
		case p.public:
			return passes("")
		case p.bad:
			return refused
		}
	}
	var given []string
	for _, v := range q.values("authorization") {
		if v = strings.TrimSpace(v); v != "" {
			given = append(given, v)
		}
	}
	switch {
	case len(given) != 1 || given[0] != "Bearer good":
		return refused
	case len(q.values("authorization")) > 1 || slices.Contains(q.values("connection"), "authorization"):
		return unknown // some gateways drop an empty line, or what Connection names
	}
	return passes("c9")
}
