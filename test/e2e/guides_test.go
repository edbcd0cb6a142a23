package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/compat/documents"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// built copies a program of the guides, with the imports that it is printed with,
// and builds it with "sluice build".
func built(t *testing.T, name string, args ...string) (wasm string) {
	t.Helper()
	return buildIn(t, documents.Program(t, name, documents.GoMod), args...)
}

func buildIn(t *testing.T, dir string, args ...string) (wasm string) {
	t.Helper()
	wasm = filepath.Join(t.TempDir(), "main.wasm")
	if out, err := sluice(t, append([]string{"build", dir, "-o", wasm}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return wasm
}

// TestGuideMock is the guide's first example, in its two configurations.
func TestGuideMock(t *testing.T) {
	wasm := built(t, "mock")
	onBoth(t, func(t *testing.T, e engine) {
		s := e.run(t, wasm, "--config", write(t, "config.yaml", "mockEnable: false\n"))
		if got := harness.ParseEcho(t, get(t, s, "/get", "")).Header("Hello"); got != "world" {
			t.Errorf("the upstream saw Hello: %q, want world", got)
		}
		s.Stop()
		s = e.run(t, wasm, "--config", write(t, "config.yaml", "mockEnable: true\n"))
		wantHello(t, get(t, s, "/get", ""))
	})
}

func wantHello(t *testing.T, got harness.Reply) {
	t.Helper()
	if got.Status != 200 || string(got.Body) != "hello world" {
		t.Errorf("got %s, want 200 hello world", got)
	}
}

// TestGuideEmpty is the guide's plugin without a configuration.
func TestGuideEmpty(t *testing.T) {
	wasm := built(t, "empty")
	onBoth(t, func(t *testing.T, e engine) { wantHello(t, get(t, e.run(t, wasm), "/get", "")) })
}

const rules = `content: hello higress
_rules_:
- _match_route_: [default/foo]
  content: hello foo
- _match_route_: [default/bar]
  content: hello bar
- _match_domain_: [www.example.com]
  content: hello world
`

const routes = `routes:
- {name: default/foo, prefix: /foo, cluster: httpbin}
- {name: default/bar, prefix: /bar, cluster: httpbin}
- {name: default/all, cluster: httpbin}
`

// TestGuideRules is the plugin of "Higress actual combat", as it is written today,
// and as it was when main set plugins up, after "sluice migrate".
func TestGuideRules(t *testing.T) {
	old := documents.Program(t, "custom", "module demo\n\ngo 1.19\n")
	if out, err := sluice(t, "migrate", old).CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, out)
	}
	harness.WriteFile(t, filepath.Join(old, "go.sum"), harness.ReadFile(t, "go.sum"))
	t.Setenv("GOFLAGS", "-mod=mod") // in place of go mod tidy
	for name, wasm := range map[string]string{"today": built(t, "rules"), "migrated": buildIn(t, old)} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, e engine) {
				s := e.run(t, wasm, "--config", write(t, "config.yaml", rules),
					"--routes", write(t, "routes.yaml", routes))
				for _, c := range []struct{ path, host, want string }{
					{"/foo", "www.abc.com", "hello foo"}, {"/bar", "www.abc.com", "hello bar"},
					{"/", "www.example.com", "hello world"}, {"/", "www.abc.com", "hello higress"},
				} {
					if got := get(t, s, c.path, c.host); got.Status != 200 || string(got.Body) != c.want {
						t.Errorf("%s of %s: got %s, want %q", c.path, c.host, got, c.want)
					}
				}
			})
		})
	}
}

// TestGuideHTTPCall is the guide's third example, with the line that it lacks: as
// it is printed, and as it was before the guide's advice to wait with
// HeaderStopAllIterationAndWatermark instead of ActionPause.
func TestGuideHTTPCall(t *testing.T) {
	paused := documents.Program(t, "httpcall", documents.GoMod)
	main := filepath.Join(paused, "main.go")
	harness.WriteFile(t, main, strings.Replace(read(t, main), "types.HeaderStopAllIterationAndWatermark", "types.ActionPause", 1))
	for name, wasm := range map[string]string{"printed": built(t, "httpcall"), "ActionPause": buildIn(t, paused)} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, e engine) {
				t.Run("token goes upstream", func(t *testing.T) {
					s := e.run(t, wasm, "--config", write(t, "config.yaml", config("httpbin.static", "/response-headers?X-Token=abc")))
					for method, body := range map[string]string{http.MethodGet: "", http.MethodPost: "a body"} {
						if got := harness.ParseEcho(t, send(t, s, method, "/anything", body)); got.Header("X-Token") != "abc" || got.Data != body {
							t.Errorf("%s: X-Token is %q, the body %q", method, got.Header("X-Token"), got.Data)
						}
					}
				})
				t.Run("service says no", func(t *testing.T) {
					refuses(t, e.run(t, wasm, "--config", write(t, "config.yaml", config("httpbin.static", "/status/503"))))
				})
			})
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestGuideRedis is the guide's fourth example, with the import that it lacks,
// against a real Redis.
func TestGuideRedis(t *testing.T) {
	eachRedis(t, func(t *testing.T, e redisEngine) {
		args := []string{}
		if e.target != "" {
			args = append(args, "--target", e.target)
		}
		wasm, redis := built(t, "redis", args...), startRedis(t)
		s := e.run(t, wasm, "--config", write(t, "config.yaml", "serviceName: redis.dns\nqpm: 3\n"),
			"--cluster", redisName+"="+harness.Addr(redis.port))
		freshMinute(t, redis.port)
		var statuses []string
		for i := range 4 {
			got := send(t, s, http.MethodGet, "/get", "")
			statuses = append(statuses, strconv.Itoa(got.Status))
			want := []string{"2", "1", "0", "0"}[i]
			if got.Header.Get("Calltimeleft") != want || got.Header.Get("Timestamp") == "" {
				t.Errorf("request %d: callTimeLeft %q, want %s; timeStamp %q", i, got.Header.Get("Calltimeleft"), want, got.Header.Get("Timestamp"))
			}
		}
		if got := strings.Join(statuses, " "); got != "200 200 200 429" {
			t.Errorf("statuses are %s", got)
		}
	})
}
