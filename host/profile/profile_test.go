package profile_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	ours "github.com/sluiceproxy/sluice/host/profile"
)

// modules are the plugin of testdata with names and without.
var modules = sync.OnceValues(func() (code [2][]byte, err error) {
	dir, err := os.MkdirTemp("", "profile")
	if err != nil {
		return code, err
	}
	defer os.RemoveAll(dir)
	for i := range code {
		r, err := build.Build(context.Background(), build.Options{Dir: "testdata/plugin", Output: filepath.Join(dir, "main.wasm"), KeepNames: i == 0})
		if err != nil {
			return code, err
		}
		code[i] = r.Code
	}
	return code, nil
})

// serve sends requests through the plugin, looked at by a listener, and returns
// the last answer.
func serve(t *testing.T, code []byte, with func(context.Context) context.Context, interpreter bool, paths ...string) string {
	t.Helper()
	r, err := host.NewRuntime(with(t.Context()), host.RuntimeOptions{Interpreter: interpreter})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(context.Background())
	g, err := gateway.New(with(t.Context()), gateway.Options{Runtime: r, Concurrency: 1, Plugins: []gateway.Plugin{{Name: "p", Code: code}}})
	if err != nil {
		t.Fatal(err)
	}
	answer := ""
	for _, path := range paths {
		w := httptest.NewRecorder()
		g.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		answer = w.Body.String()
	}
	if err := g.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestAllocations: the counts are those of Go's runtime, on both engines.
func TestAllocations(t *testing.T) {
	code, err := modules()
	if err != nil {
		t.Fatal(err)
	}
	for name, interpreter := range map[string]bool{"compiler": false, "interpreter": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counts := map[string]*ours.Cost{}
			for _, path := range []string{"/0x100", "/1000x100"} {
				c := ours.NewCosts(ours.Calls | ours.Allocations)
				want := map[string]string{"/0x100": "0", "/1000x100": "1000"}[path]
				if got := serve(t, code[0], c.Context, interpreter, path); got != want {
					t.Errorf("Go counted %s allocations for %s, want %s", got, path, want)
				}
				if !c.KnowsAllocations() {
					t.Fatal("allocations are not known")
				}
				counts[path] = c.ByCallback()["proxy_on_request_headers"]
			}
			none, many := counts["/0x100"], counts["/1000x100"]
			if n := many.Allocations - none.Allocations; n < 1000 || n > 1002 { // the answer's text has more digits
				t.Errorf("%d allocations more for 1000 more", n)
			}
			if n := many.Bytes - none.Bytes; n < 100_000 || n > 100_100 {
				t.Errorf("%d bytes more for 100000 more", n)
			}
			if many.Calls != 1 || many.HostCalls["proxy_get_header_map_value"] != 1 || many.HostCalls["proxy_send_local_response"] != 1 {
				t.Errorf("%d calls, host calls %v", many.Calls, many.HostCalls)
			}
		})
	}
}

// TestWithoutNames: what can't be known is said not to be.
func TestWithoutNames(t *testing.T) {
	code, err := modules()
	if err != nil {
		t.Fatal(err)
	}
	c := ours.NewCosts(ours.Time | ours.Allocations)
	serve(t, code[1], c.Context, false, "/5x5", "/0x0")
	cost := c.ByCallback()["proxy_on_request_headers"]
	if c.KnowsAllocations() || cost.Allocations != 0 {
		t.Errorf("%d allocations of a module without names", cost.Allocations)
	}
	if len(cost.Times) != 2 || cost.Times[0] <= 0 {
		t.Errorf("times %v", cost.Times)
	}
	c.Reset()
	if c.ByCallback()["proxy_on_request_headers"] != nil || c.ByCallback()["proxy_on_configure"] == nil {
		t.Errorf("after Reset: %v", c.ByCallback())
	}
}

// TestGrowth: memory that the plugin takes is seen.
func TestGrowth(t *testing.T) {
	code, err := modules()
	if err != nil {
		t.Fatal(err)
	}
	c := ours.NewCosts(ours.Time)
	serve(t, code[0], c.Context, false, "/64x1000000")
	if g := c.ByCallback()["proxy_on_request_headers"].Growth; g < 32<<20 {
		t.Errorf("grew by %d bytes for 64 MB", g)
	}
}

// TestTree: pprof reads the profile, and shows the plugin's functions under the
// callback that ran them.
func TestTree(t *testing.T) {
	code, err := modules()
	if err != nil {
		t.Fatal(err)
	}
	tree := ours.NewTree()
	serve(t, code[0], tree.Context, false, "/1000x100", "/10x100")
	var out bytes.Buffer
	if err := tree.Write(&out); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "cpu.pb.gz")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := profile.ParseData(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CheckValid(); err != nil {
		t.Fatal(err)
	}
	calls := int64(0)
	for _, s := range p.Sample {
		if s.Location[0].Line[0].Function.Name != "main.allocate" {
			continue
		}
		calls += s.Value[0]
		if root := s.Location[len(s.Location)-1].Line[0].Function.Name; root != "proxy_on_request_headers" {
			t.Errorf("main.allocate below %s", root)
		}
	}
	if calls != 2 {
		t.Errorf("main.allocate was called %d times, want 2", calls)
	}
	text, err := exec.Command("go", "tool", "pprof", "-top", "-nodefraction=0", "-nodecount=0", file).Output()
	if err != nil || !strings.Contains(string(text), "main.allocate") || !strings.Contains(string(text), "host.proxy_send_local_response") {
		t.Errorf("go tool pprof: %v\n%s", err, text)
	}
}
