package serve

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is a Run under test.
type running struct {
	t     *testing.T
	dir   string
	admin string
	mu    sync.Mutex
	told  []Event
	end   func() error
}

func begin(t *testing.T, dir string, o Options) *running {
	t.Helper()
	r := &running{t: t, dir: dir}
	o.Dir = dir
	o.Listen, o.Admin = "127.0.0.1:0", "127.0.0.1:0"
	if o.State == "" {
		o.State = filepath.Join(t.TempDir(), "state")
	}
	o.Prepare.NoTrial = true
	o.OnEvent = func(e Event) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told = append(r.told, e)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Run(ctx, o) }()
	r.end = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { _ = r.end() })
	r.admin = wait[Ready](r, func(Ready) bool { return true }).Admin
	return r
}

// wait waits for an event.
func wait[E Event](r *running, ok func(E) bool) E {
	r.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		r.mu.Lock()
		for _, e := range r.told {
			if e, is := e.(E); is && ok(e) {
				r.mu.Unlock()
				return e
			}
		}
		r.mu.Unlock()
		if time.Now().After(deadline) {
			r.t.Fatalf("waited in vain; told %+v", r.told)
		}
	}
}

func (r *running) get(path string) (int, string) {
	r.t.Helper()
	resp, err := http.Get(r.admin + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// module is a small plugin's file.
func module(t *testing.T) []byte {
	t.Helper()
	code, err := os.ReadFile("../../test/e2e/serve/testdata/stamp.wasm")
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestRun: resources come, break, are mended and go; the admin endpoint tells.
func TestRun(t *testing.T) {
	dir, mods := t.TempDir(), t.TempDir()
	file := filepath.Join(mods, "x.wasm")
	resource := strings.Replace(plugin("x", ""), "oci://registry.example/x:1", "file://"+file, 1)
	put(t, dir, "x.yaml", resource)
	r := begin(t, dir, Options{})
	failed := wait(r, func(e Failed) bool { return e.What == "web.x" })
	if !failed.LeftOut {
		t.Errorf("told %+v", failed)
	}
	put(t, mods, "x.wasm", string(module(t)))
	wait(r, func(e Loaded) bool { return e.Plugin == "web.x" })
	if code, text := r.get("/ready"); code != http.StatusOK {
		t.Errorf("ready: %d %s", code, text)
	}
	put(t, dir, "x.yaml", strings.Replace(resource, "  url:", "  ulr:", 1))
	wait(r, func(e Failed) bool { return e.What == "" && strings.Contains(e.Err, "ulr") })
	s, err := FetchStatus(context.Background(), r.admin)
	if err != nil || len(s.Problems) != 2 || len(s.Plugins) != 1 || s.Plugins[0].State != "ready" || s.Plugins[0].Wanted.SHA256 == "" {
		t.Errorf("status %+v, %v", s, err)
	}
	_, text := r.get("/metrics")
	for _, want := range []string{"sluice_serve_file_problems 2\n", `sluice_serve_plugin_ready{plugin="web.x"} 1`, "sluice_serve_nodes 0\n", "# TYPE sluice_serve_refused_total counter"} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics without %s:\n%s", want, text)
		}
	}
	put(t, dir, "x.yaml", resource)
	wait(r, func(e Fixed) bool { return strings.HasSuffix(e.What, "x.yaml") })
	put(t, dir, "y.yaml", strings.Replace(strings.Replace(resource, "istio.io", "higress.io", 1), "web}", "web, annotations: {a: b}}", 1))
	wait(r, func(e Failed) bool { return strings.Contains(e.Err, "another resource has this namespace and name") })
	for _, name := range []string{"x.yaml", "y.yaml"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	wait(r, func(e Removed) bool { return e.Plugin == "web.x" })
	if err := r.end(); err != nil {
		t.Errorf("the end: %v", err)
	}
}

// TestRunFiles: the files for Envoys, and what is left of a plugin that is refused.
func TestRunFiles(t *testing.T) {
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	file := put(t, t.TempDir(), "x.wasm", string(module(t)))
	put(t, dir, "x.yaml", strings.Replace(plugin("x", "  pluginConfig: {v: 1}\n"), "oci://registry.example/x:1", "file://"+file, 1))
	r := begin(t, dir, Options{Out: out})
	wait(r, func(e Loaded) bool { return e.Plugin == "web.x" })
	loaded := func(want string) bool {
		text, _ := os.ReadFile(filepath.Join(out, "ecds", "web.x.json"))
		return strings.Contains(string(text), want)
	}
	for deadline := time.Now().Add(10 * time.Second); !loaded(filepath.Join(out, "modules")); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no file with the module")
		}
	}
	put(t, filepath.Dir(file), "x.wasm", "no module")
	wait(r, func(e Failed) bool { return e.What == "web.x" && !e.LeftOut })
	if !loaded(filepath.Join(out, "modules")) {
		t.Error("a bad module has replaced the good one")
	}
}

func TestRunRefuses(t *testing.T) {
	state := t.TempDir()
	for want, o := range map[string]Options{
		"no directory of resources":  {},
		"no directory for the state": {Dir: state},
		"neither an address":         {Dir: state, State: state, Listen: Off},
		"reading the resources":      {Dir: filepath.Join(state, "none"), State: state},
		"gateway's configuration":    {Dir: state, State: state, Gateway: filepath.Join(state, "none")},
		"for Envoys":                 {Dir: state, State: state, Listen: "127.0.0.1:none"},
		"for status":                 {Dir: state, State: state, Listen: "127.0.0.1:0", Admin: "127.0.0.1:none"},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		if err := Run(ctx, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", o, err, want)
		}
		cancel()
	}
}

func TestFetchStatusFails(t *testing.T) {
	if _, err := FetchStatus(context.Background(), "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "sluice serve") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestPrinter: one line for each event, whatever is in it.
func TestPrinter(t *testing.T) {
	var b strings.Builder
	for _, e := range []Event{
		Ready{Directory: "d", Plugins: 2, XDS: "a:1", Took: time.Second}, Loaded{Plugin: "p", URL: "oci://x", Digest: "sha256:1", FromStore: true},
		Reloaded{What: "p", Node: "n", Took: 1500 * time.Millisecond}, Reloaded{What: "p", Node: "n"}, Refused{What: "p", Node: "n", Reason: "two\nlines\x1b[0m"},
		Failed{Err: "x"}, Failed{What: "p", Err: "x"}, Failed{What: "p", Err: "x", LeftOut: true}, Fixed{"f"}, Removed{"p"}, Connected{"n", "a", "1.40.0"}, Disconnected{"n", "a"}, Warning{"w"},
	} {
		before := b.Len()
		NewPrinter(&b, false).Print(e)
		if line := b.String()[before:]; strings.Count(line, "\n") != 1 || strings.Contains(line, "\x1b") {
			t.Errorf("%T: %q", e, line)
		}
		var j strings.Builder
		NewPrinter(&j, true).Print(e)
		var fields map[string]any
		if err := json.Unmarshal([]byte(j.String()), &fields); err != nil || fields["event"] != e.kind() {
			t.Errorf("%T: %s, %v", e, j.String(), err)
		}
	}
	for _, want := range []string{"serving 2 plugins of d to Envoys on a:1", "loaded p of oci://x from the store: sha256:1", "reloaded p on n in 1.5s", "n has p", "the old version of p serves on: two lines"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("without %q:\n%s", want, b.String())
		}
	}
}
