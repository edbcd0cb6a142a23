package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/host"
)

// crossings counts calls between a module and its host, by name.
type crossings map[string]int

// NewFunctionListener implements experimental.FunctionListenerFactory.
func (c crossings) NewFunctionListener(f api.FunctionDefinition) experimental.FunctionListener {
	names := f.ExportNames() // the host's functions are a module's as well
	if len(names) == 0 || !strings.HasPrefix(names[0], "proxy_") || names[0] == "proxy_on_memory_allocate" {
		return nil
	}
	name := names[0]
	return experimental.FunctionListenerFunc(func(context.Context, api.Module, api.FunctionDefinition, []uint64, experimental.StackIterator) {
		c[name]++
	})
}

// request is a data plane with one request.
type request struct {
	headers *host.HeaderMap
	body    *host.Buffer
}

func (r request) Headers(t host.MapType) *host.HeaderMap {
	if t == host.MapRequestHeaders {
		return r.headers
	}
	return nil
}

func (r request) Buffer(t host.BufferType) *host.Buffer {
	if t == host.BufferRequestBody {
		return r.body
	}
	return nil
}
func (request) Continue(host.Direction)                    {}
func (request) Close(host.Direction)                       {}
func (request) SendLocalReply(host.LocalReply)             {}
func (request) Property([]string) ([]byte, bool)           { return nil, false }
func (request) SetProperty([]string, []byte) bool          { return false }
func (request) InjectEncodedData([]byte, bool) host.Status { return host.StatusUnimplemented }

// What a request costs in calls and bytes does not depend on the machine.
func TestCrossings(t *testing.T) {
	life := crossings{"proxy_on_context_create": 1, "proxy_on_request_headers": 1, "proxy_on_delete": 1}
	for _, c := range []struct {
		name string
		code int // bytes of the code section at most
		want crossings
	}{
		{"hello", 1_340_000, crossings{"proxy_add_header_map_value": 1}},
		{"read", 1_340_000, crossings{"proxy_get_header_map_pairs": 1, "proxy_replace_header_map_value": 3}},
		{"body", 1_400_000, crossings{"proxy_on_request_body": 1, "proxy_get_header_map_pairs": 1,
			"proxy_remove_header_map_value": 1, "proxy_get_buffer_bytes": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			module := filepath.Join(t.TempDir(), "main.wasm")
			if _, err := build.Build(t.Context(), build.Options{Dir: filepath.Join("testdata", c.name, "callback"), Output: module}); err != nil {
				t.Fatal(err)
			}
			code, err := os.ReadFile(module)
			if err != nil {
				t.Fatal(err)
			}
			if n := codeSection(code); n > c.code || n == 0 {
				t.Errorf("the code section has %d bytes, want at most %d", n, c.code)
			}
			got := count(t, code, c.want["proxy_on_request_body"] > 0)
			for name, n := range life {
				c.want[name] = n
			}
			for name := range c.want {
				if got[name] != c.want[name] {
					t.Errorf("%s: %d calls for a request, want %d", name, got[name], c.want[name])
				}
			}
			all := 0
			for name, n := range got {
				if all += n; c.want[name] == 0 {
					t.Errorf("%s: %d calls for a request, want none", name, n)
				}
			}
			if c.name == "hello" && all > 4 {
				t.Errorf("%d calls for a request, want at most 4", all)
			}
		})
	}
}

// count sends two requests through a module and counts the second one's calls.
func count(t *testing.T, code []byte, body bool) (second crossings) {
	t.Helper()
	c := crossings{}
	ctx := experimental.WithFunctionListenerFactory(t.Context(), c)
	runtime, err := host.NewRuntime(ctx, host.RuntimeOptions{CacheDir: "-"})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.Close(ctx)
	module, err := runtime.Compile(ctx, "main.wasm", code)
	if err != nil {
		t.Fatal(err)
	}
	worker := host.NewWorker()
	worker.Do(func() {
		vm, err := module.NewVM(ctx, host.VMOptions{Worker: worker})
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
		for range 2 {
			clear(c)
			exchange(t, plugin, body)
		}
		second = maps.Clone(c)
	})
	return second
}

func exchange(t *testing.T, plugin *host.Plugin, body bool) {
	t.Helper()
	r := request{headers: host.HeaderMapOf(host.MapRequestHeaders, [2]string{":path", "/"}), body: &host.Buffer{}}
	for _, line := range many() {
		name, value, _ := strings.Cut(line, ": ")
		r.headers.Add(name, value)
	}
	s := plugin.NewHTTPStream(r)
	if _, err := s.OnRequestHeaders(r.headers.Len(), !body); err != nil {
		t.Error(err)
	}
	if body {
		r.body.Append([]byte("0123456789abcdef"))
		if _, err := s.OnRequestBody(16, true); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.OnResponseHeaders(0, false); err != nil {
		t.Error(err)
	}
	if _, err := s.OnResponseBody(0, true); err != nil {
		t.Error(err)
	}
	s.Done()
}

// codeSection returns the length of a module's code section.
func codeSection(module []byte) int {
	number := func(b []byte) (n, size int) {
		for shift := 0; size < len(b); shift += 7 {
			n |= int(b[size]&0x7f) << shift
			if size++; b[size-1] < 0x80 {
				break
			}
		}
		return n, size
	}
	for at := 8; at < len(module); {
		n, size := number(module[at+1:])
		if module[at] == 10 {
			return n
		}
		at += 1 + size + n
	}
	return 0
}
