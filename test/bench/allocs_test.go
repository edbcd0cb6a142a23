package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/host"
)

// counters is a source file that a plugin gets for this test: it exports what
// the plugin's own heap has handed out.
const counters = `package main

import "runtime"

var stats runtime.MemStats

//go:wasmexport bench_mallocs
func mallocs() uint64 { runtime.ReadMemStats(&stats); return stats.Mallocs }

//go:wasmexport bench_bytes
func bytes() uint64 { runtime.ReadMemStats(&stats); return stats.TotalAlloc }
`

// guest reads the counters at the beginning of a request, which is when the
// module may ask its host for the time.
type guest struct {
	t     *testing.T
	asked bool
	seen  []uint64 // allocations and bytes, each time
	logs  int      // calls about logging
}

// NewFunctionListener implements experimental.FunctionListenerFactory.
func (g *guest) NewFunctionListener(f api.FunctionDefinition) experimental.FunctionListener {
	names := f.ExportNames() // the host's functions are a module's as well
	if len(names) == 0 {
		return nil
	}
	if names[0] == "proxy_log" || names[0] == "proxy_get_log_level" {
		return experimental.FunctionListenerFunc(func(context.Context, api.Module, api.FunctionDefinition, []uint64, experimental.StackIterator) {
			g.logs++
		})
	}
	if names[0] != "proxy_on_request_headers" {
		return nil
	}
	return experimental.FunctionListenerFunc(func(ctx context.Context, m api.Module, _ api.FunctionDefinition, _ []uint64, _ experimental.StackIterator) {
		if !g.asked {
			return
		}
		g.asked = false
		for _, name := range []string{"bench_mallocs", "bench_bytes"} {
			got, err := m.ExportedFunction(name).Call(ctx)
			if err != nil || len(got) != 1 {
				g.t.Errorf("%s: %v %v", name, got, err)
				return
			}
			g.seen = append(g.seen, got[0])
		}
	})
}

// What a request costs in the plugin's heap does not depend on the machine.
// Contexts of streams and the host's answers come out of batches, so they count
// as parts of an allocation; a handler that may wait has a context.Context and a
// function of its own.
func TestAllocations(t *testing.T) {
	for _, c := range []struct {
		dir   string
		body  bool
		most  float64 // allocations of a request
		bytes float64
	}{
		{"hello/callback", false, 0.5, 400},
		{"hello/line", false, 3, 600},
		{"read/callback", false, 0.5, 1500},
		{"body/callback", true, 1.5, 1500},
		{"body/reuse", true, 0.5, 1500},
		{"log/callback", false, 5.5, 600}, // five lines: the arguments of each are a slice of the caller's
	} {
		t.Run(c.dir, func(t *testing.T) {
			t.Parallel()
			allocations, bytes := allocated(t, c.dir, c.body)
			t.Logf("%.2f allocations, %.0f bytes a request", allocations, bytes)
			if allocations > c.most || bytes > c.bytes {
				t.Errorf("%.2f allocations and %.0f bytes a request, want at most %v and %v", allocations, bytes, c.most, c.bytes)
			}
		})
	}
}

// allocated builds a plugin with counters and sends it requests.
func allocated(t *testing.T, dir string, body bool) (allocations, bytes float64) {
	t.Helper()
	ctx := t.Context()
	g := &guest{t: t}
	runtime, err := host.NewRuntime(experimental.WithFunctionListenerFactory(ctx, g), host.RuntimeOptions{CacheDir: "-"})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.Close(ctx)
	module, err := runtime.Compile(experimental.WithFunctionListenerFactory(ctx, g), "main.wasm", counted(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	worker := host.NewWorker()
	worker.Do(func() {
		vm, err := module.NewVM(ctx, host.VMOptions{Worker: worker, LogLevel: host.LogWarn})
		if err != nil {
			t.Error(err)
			return
		}
		defer vm.Close(ctx)
		plugin, err := vm.StartPlugin(ctx, "bench", nil)
		if err != nil {
			t.Error(err)
			return
		}
		const before, requests = 100, 1000 // until pools are filled, and then
		for n := range before + requests + 1 {
			if n == before {
				g.logs = 0
			}
			g.asked = n == before || n == before+requests
			exchange(t, plugin, body)
		}
		if len(g.seen) != 4 {
			t.Errorf("read %v", g.seen)
			return
		}
		if g.logs > requests/20 {
			t.Errorf("%d calls about logging for %d requests: the level is asked for now and then only", g.logs, requests)
		}
		allocations = float64(g.seen[2]-g.seen[0]) / requests
		bytes = float64(g.seen[3]-g.seen[1]) / requests
	})
	return allocations, bytes
}

// counted builds a plugin to which the counters are added.
func counted(t *testing.T, dir string) []byte {
	t.Helper()
	tmp := t.TempDir()
	path, err := filepath.Abs(filepath.Join("testdata", dir))
	if err != nil {
		t.Fatal(err)
	}
	source, overlay := filepath.Join(tmp, "counters.go"), filepath.Join(tmp, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(path, "counters.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{source: []byte(counters), overlay: text} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := build.Build(t.Context(), build.Options{Dir: path, Output: filepath.Join(tmp, "main.wasm"), Env: []string{"GOFLAGS=-overlay=" + overlay}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Code
}
