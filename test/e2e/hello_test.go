package e2e

import (
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestHello is the guide's first example: the same bytes on every engine, and
// a configuration that takes effect without a restart.
func TestHello(t *testing.T) {
	wasm := harness.BuildPlugin(t, "plugins/hello-world")
	onEvery(t, func(t *testing.T, e engine) { hello(t, e, wasm) })
}

func hello(t *testing.T, e engine, wasm string) {
	config := write(t, "config.yaml", "mockEnable: false\n")
	s := e.run(t, wasm, "--config", config)

	if got := harness.GetEcho(t, harness.URL(s.httpbin, "/get")).Header("Hello"); got != "" {
		t.Errorf("httpbin without the gateway: header Hello is %q", got)
	}
	echo := harness.GetEcho(t, s.url("/get"))
	if got := echo.Header("Hello"); got != "world" {
		t.Errorf("through the gateway: header Hello is %q, want world", got)
	}
	if got := echo.Header("X-Envoy-Expected-Rq-Timeout-Ms"); got != "15000" {
		t.Errorf("X-Envoy-Expected-Rq-Timeout-Ms is %q, want 15000", got)
	}
	if want := "https" + s.url("/get")[len("http"):]; echo.URL != want {
		t.Errorf("url is %q, want %q", echo.URL, want)
	}

	harness.WriteFile(t, config, "mockEnable: true\n")
	s.WaitHTTP(s.url("/get"), 30*time.Second, func(r harness.Reply) bool {
		return r.Status == 200 && string(r.Body) == "hello world"
	})
	harness.WriteFile(t, config, "mockEnable: [\n")
	s.WaitOutput("config.yaml", 30*time.Second)
	if got := harness.Get(t, s.url("/get")); string(got.Body) != "hello world" {
		t.Errorf("after a configuration that is no YAML: got %s, want the one before", got)
	}
}
