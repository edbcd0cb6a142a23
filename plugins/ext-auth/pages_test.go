package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
)

const cluster = "outbound|8090||ext-auth.static"

// service is a real HTTP server that decides as the README says.
func service(t *testing.T) plugintest.Plugin {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/auth/broken":
			w.WriteHeader(503)
		case r.Header.Get("Authorization") == "Bearer good":
			w.Header().Set("X-User-Id", "7")
		default:
			w.WriteHeader(401)
			_, _ = w.Write([]byte("go away"))
		}
	}))
	t.Cleanup(s.Close)
	return plugintest.Plugin{Servers: map[string]string{cluster: s.URL}}
}

// The README and spec.yaml say what the plugin does.
func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{
		Name: "ext-auth", Rules: config.WholeRules, Around: service(t),
		Before: func(gw *plugintest.Gateway) { gw.AllowLog("the service answered with status 503") },
	})
}

// Unusual requests, with the service's consent and without.
func TestEdge(t *testing.T) {
	for name, request := range map[string]string{"headers": `{}`, "body": `{"with_request_body":true,"max_request_body_bytes":100000000}`} {
		t.Run(name, func(t *testing.T) {
			p := service(t)
			p.Config = `{"http_service":{"endpoint":{"service_name":"ext-auth.static","service_port":8090,"path_prefix":"/auth"},` +
				`"authorization_request":` + request + `,"authorization_response":{"allowed_upstream_headers":[{"exact":"x-user-id"}]}}}`
			edge.Run(t, edge.Suite{
				Plugin:    p,
				Allowed:   func(r *plugintest.Request) { edge.Set(r, "authorization", "Bearer good") },
				Refused:   func(r *plugintest.Request) { edge.Set(r, "authorization", "Bearer bad") },
				Statuses:  []int{401, 400},
				Trusted:   map[string]string{"x-user-id": "7"},
				ReadsBody: name == "body",
			})
		})
	}
}
