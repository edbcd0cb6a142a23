package config

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// logs collects what the plugin logs.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) note(e run.Event) {
	if line, ok := e.(run.Log); ok {
		l.mu.Lock()
		l.text.WriteString(line.Text + "\n")
		l.mu.Unlock()
	}
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// engines runs a test on the embedded gateway and on an Envoy.
func engines(t *testing.T, f func(t *testing.T, e run.Engine)) {
	t.Run("embedded", func(t *testing.T) { f(t, run.Embedded()) })
	t.Run("envoy", func(t *testing.T) {
		binary, err := envoy.Find(context.Background(), harness.OneEnvoy(t).Path)
		if err != nil {
			t.Fatal(err)
		}
		f(t, run.OnEnvoy(binary, harness.Addr(harness.FreePort(t))))
	})
}

// kids is a tree so many levels of JSON deep: two for each of its own.
func kids(levels int) string {
	return strings.Repeat(`{"kids":[`, levels) + strings.Repeat(`]}`, levels)
}

// On a gateway, a configuration that is as deep as is allowed is parsed, and one
// that would end the VM is refused: the one before goes on serving.
func TestHostileConfigurationsOnGateways(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module and starts gateways; run without -short")
	}
	built, err := build.Build(context.Background(), build.Options{Dir: "testdata/plugin", Output: filepath.Join(t.TempDir(), "main.wasm")})
	if err != nil {
		t.Fatal(err)
	}
	nested := func(open, closing string, n int) string { return strings.Repeat(open, n) + strings.Repeat(closing, n) }
	deepest := `{"name":"deep","tree":` + kids(49) + `,"any":` + nested("[", "]", 99) + `,"json":` + nested("[", "]", 99) + `}`
	engines(t, func(t *testing.T, e run.Engine) {
		var log logs
		state := func(config string) run.State {
			return run.State{
				Plugins:  []run.Plugin{{Name: "typed", Code: built.Code, Config: []byte(config)}},
				Routes:   []run.Route{{Name: "all", Domains: []string{"*"}, Prefix: "/", Cluster: "none"}},
				Clusters: []run.Cluster{{Name: "none", Address: "http://127.0.0.1:1"}},
			}
		}
		setup := run.Setup{State: state(`{"name":"first","token":"t0ken"}`), Listen: "127.0.0.1:0", Workers: 1, LogLevel: "info", OnEvent: log.note}
		if err := e.Start(context.Background(), setup); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { e.Close() })
		ask(t, e, "first t0ken 0")
		if err := e.Apply(context.Background(), state(deepest)); err != nil {
			t.Fatalf("the deepest that is allowed: %v\n%s", err, &log)
		}
		ask(t, e, "deep  48")
		for _, c := range []struct{ name, config, says string }{
			{"a level more", `{"name":"x","tree":` + kids(50) + `}`, "nested deeper than 100 levels"},
			{"12 KB of brackets", nested("[", "]", 6<<10), "nested deeper than 512 levels"},
			{"as a value", `{"name":"x","any":` + nested(`{"a":`, "}", 3000) + `}`, "nested deeper"},
			{"secret", `{"name":"x","token":"hid"}`, "token: must have at least 4 characters (the value is secret)"},
			{"unknown key", `{"name":"x","tokne":"hidden"}`, `tokne: unknown key, did you mean "token"?`},
			{"pattern", `{"name":"X"}`, `name: must match ^[a-z]+$, got "X"`},
			{"twice", `{"name":"x","any":{"a":[{"b":1,"b":2}]}}`, "any.a[0].b: is there more than once"},
			{"same rules", `{"name":"x","_rules_":[{"_match_route_":["a"]},{"_match_route_":["a"]}]}`, "_rules_[1]: has the same match keys as _rules_[0]"},
		} {
			if err := e.Apply(context.Background(), state(c.config)); err == nil {
				t.Errorf("%s: is accepted", c.name)
			} else if text := err.Error() + log.String(); !strings.Contains(text, c.says) {
				t.Errorf("%s: nothing says %q:\n%v\n%s", c.name, c.says, err, &log)
			}
			ask(t, e, "deep  48")
		}
		if err := e.Apply(context.Background(), state(`{"name":"last","_rules_":[{"_match_route_":["all"],"token":"rule"}]}`)); err != nil {
			t.Fatal(err)
		}
		ask(t, e, "last rule 0")
		if text := log.String(); strings.Contains(text, "hid\"") || strings.Contains(text, "hidden") {
			t.Errorf("a secret is in the log:\n%s", text)
		}
	})
}

func ask(t *testing.T, e run.Engine, want string) {
	t.Helper()
	resp, err := http.Get("http://" + e.Addr() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if string(body) != want {
		t.Errorf("answered %d %q, want %q", resp.StatusCode, body, want)
	}
}
