package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestHTTPCall is the guide's third example in the cases that its text and
// code name.
func TestHTTPCall(t *testing.T) {
	wasm := harness.BuildPlugin(t, "plugins/http-call")
	onBoth(t, func(t *testing.T, e engine) {
		for name, c := range map[string]struct {
			config string
			check  func(t *testing.T, s *session)
		}{
			"token goes upstream": {config("httpbin.static", "/response-headers?X-Token=abc"), func(t *testing.T, s *session) {
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					echo := harness.ParseEcho(t, send(t, s, method, "/anything", "a body"))
					if got := echo.Header("X-Token"); got != "abc" {
						t.Errorf("%s: X-Token is %q, want abc", method, got)
					}
					if method == http.MethodPost && echo.Data != "a body" {
						t.Errorf("the body arrived as %q", echo.Data)
					}
				}
			}},
			"no token":        {config("httpbin.static", "/get"), passes},
			"unknown service": {config("nobody.static", "/get"), passes},
			"service says no": {config("httpbin.static", "/status/503"), refuses},
			"service is slow": {config("httpbin.static", "/delay/3"), refuses},
		} {
			t.Run(name, func(t *testing.T) {
				c.check(t, e.run(t, wasm, "--config", write(t, "config.yaml", c.config)))
			})
		}
		t.Run("no tokenHeader", func(t *testing.T) {
			s := e.start(t, wasm, "--config", write(t, "config.yaml", "serviceName: httpbin.static\n"))
			if code := s.Wait(readyTimeout); code != 1 {
				t.Errorf("exit code is %d, want 1", code)
			}
			if !strings.Contains(s.Output(), "missing tokenHeader in config") {
				t.Errorf("the plugin's own reason is not in the output")
			}
		})
	})
}

func config(service, path string) string {
	return "serviceName: " + service + "\nservicePort: 80\nrequestPath: " + path + "\ntokenHeader: X-Token\n"
}

func passes(t *testing.T, s *session) {
	echo := harness.ParseEcho(t, send(t, s, http.MethodGet, "/anything", ""))
	if got := echo.Header("X-Token"); got != "" {
		t.Errorf("X-Token is %q, want none", got)
	}
}

func refuses(t *testing.T, s *session) {
	start := time.Now()
	got := send(t, s, http.MethodGet, "/anything", "")
	if got.Status != 500 || string(got.Body) != "http call failed" {
		t.Errorf("got %s, want 500 http call failed", got)
	}
	if took := time.Since(start); took > 2500*time.Millisecond {
		t.Errorf("took %s: the call's time limit is 500 ms", took)
	}
}

// send makes a request with a body unless it is empty.
func send(t *testing.T, s *session, method, path, body string) harness.Reply {
	t.Helper()
	req, err := http.NewRequest(method, s.url(path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/plain")
	return harness.Do(t, req)
}
