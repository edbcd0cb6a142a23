package jwks

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/jose"
	"github.com/sluiceproxy/sluice/test/josetest"
)

// guarded is a plugin's configuration with a source.
type guarded struct {
	JWKS Config `json:"jwks"`

	source *Source
}

func (g *guarded) Validate() error {
	g.source = New(g.JWKS)
	return nil
}

func init() {
	wrapper.SetCtx("jwks",
		wrapper.ParseTypedConfig[guarded](),
		wrapper.HandleRequestHeaders(func(ctx context.Context, _ wrapper.HttpContext, g guarded) types.Action {
			text, _ := proxywasm.GetHttpRequestHeader("x-token")
			token, err := jose.Parse(text)
			if err == nil {
				var set *jose.Set
				if set, err = g.source.For(ctx, token); err == nil {
					b := jose.Budget(1)
					err = set.Verify(token, &b)
				}
			}
			said := "ok"
			if err != nil {
				said = err.Error()
			}
			if err := proxywasm.SendHttpResponse(200, nil, []byte(said), -1); err != nil {
				return types.ActionContinue
			}
			return types.ActionPause
		}))
}

// gateway is a VM with a source, and the answer of its service.
type gateway struct {
	*plugintest.Host
	calls  []plugintest.HTTPCall
	status string // "" is a connection that breaks
	body   string
}

func newGateway(t *testing.T, config string) *gateway {
	t.Helper()
	g := &gateway{Host: plugintest.New(t, plugintest.Options{Config: []byte(`{"jwks":` + config + `}`)}), status: "200"}
	g.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		g.calls = append(g.calls, c)
		if g.status == "" {
			return plugintest.HTTPAnswer{}
		}
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", g.status}}, Body: []byte(g.body)}
	})
	return g
}

// says is what a token gets.
func (g *gateway) says(t *testing.T, token string) string {
	t.Helper()
	ex := g.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {":scheme", "http"}, {"x-token", token}})
	if ex.Reply == nil {
		t.Fatal("no answer")
	}
	return string(ex.Reply.Body)
}

func TestFetch(t *testing.T) {
	key := josetest.New("k", "ES256")
	g := newGateway(t, `{"service_name":"idp.dns","service_port":8443,"service_host":"idp.test","path":"/keys?a=b","timeout":700}`)
	g.body = josetest.Set(key, josetest.HMAC("short", "HS256", []byte("x")))
	if got := g.says(t, key.Token(`{}`)); got != "ok" || len(g.calls) != 1 {
		t.Fatalf("%s after %d calls; log: %v", got, len(g.calls), g.Logs())
	}
	c := g.calls[0]
	for name, wanted := range map[string]string{":method": "GET", ":path": "/keys?a=b", ":authority": "idp.test", "accept": "application/json"} {
		if c.Headers.Get(name) != wanted {
			t.Errorf("%s is %q, want %q", name, c.Headers.Get(name), wanted)
		}
	}
	if c.Cluster != "outbound|8443||idp.dns" || c.Timeout != 700*time.Millisecond {
		t.Errorf("cluster %s, timeout %v", c.Cluster, c.Timeout)
	}
	if log := g.LogsAt(proxywasm.LogLevelWarn); len(log) != 1 || !strings.Contains(log[0], "the key set of idp.dns: key 1: k has less than 32 bytes") {
		t.Errorf("log %q", log)
	}
}

// What is no answer with a key set gives no keys, and the log says why.
func TestFetchThatFails(t *testing.T) {
	key := josetest.New("k", "ES256")
	for _, c := range []struct{ name, status, body, log string }{
		{"an error", "500", josetest.Set(key), "status 500"},
		{"created", "201", josetest.Set(key), "status 201"},
		{"a redirect", "302", josetest.Set(key), "status 302"},
		{"nothing", "204", "", "status 204"},
		{"no key set", "200", "<html>", "not a JSON web key set"},
		{"a broken connection", "", "", "idp.dns"},
	} {
		g := newGateway(t, defaults)
		g.status, g.body = c.status, c.body
		if got := g.says(t, key.Token(`{}`)); got != ErrUnavailable.Error() {
			t.Errorf("%s: %s", c.name, got)
		}
		log := strings.Join(g.LogsAt(proxywasm.LogLevelWarn), "\n")
		if !strings.Contains(log, "the key set of idp.dns can't be fetched") || !strings.Contains(log, c.log) {
			t.Errorf("%s: log %q, want %s", c.name, log, c.log)
		}
	}
	g := newGateway(t, defaults)
	g.body = josetest.Set(key)
	if got := g.says(t, key.Token(`{}`)); got != "ok" || len(g.LogsAt(proxywasm.LogLevelWarn)) != 0 {
		t.Errorf("%s, log %v", got, g.Logs())
	}
}
