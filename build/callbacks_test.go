package build

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// allHTTP are the callbacks of a style of which nothing says what it needs.
const allHTTP = "request_headers request_body request_trailers response_headers response_body response_trailers log"

// TestCallbacks builds a plugin of each style and looks at what a gateway can
// still call.
func TestCallbacks(t *testing.T) {
	const (
		raw     = "proxywasm proxywasm/types"
		wrapper = "proxywasm proxywasm/types wrapper"
		set     = `func init() { wrapper.SetCtx("p", wrapper.ProcessRequestHeaders(headers), OPTION) }
func headers(ctx wrapper.HttpContext, _ struct{}) types.Action { BODY; return types.HeaderContinue }
var _ = proxywasm.LogInfo
`
	)
	option := func(option, body string) string {
		return strings.NewReplacer("OPTION", option, "BODY", body).Replace(set)
	}
	for name, c := range map[string]struct{ imports, source, want string }{
		"headers":  {wrapper, option("nil", ""), "request_headers"},
		"response": {wrapper, option("wrapper.ProcessResponseHeaders(headers)", ""), "request_headers response_headers"},
		"request body": {wrapper, option("wrapper.ProcessRequestBody(func(wrapper.HttpContext, struct{}, []byte) types.Action { return 0 })", ""),
			"request_headers request_body request_trailers tick"},
		"response body in parts": {wrapper, option("wrapper.ProcessStreamingResponseBody(func(_ wrapper.HttpContext, _ struct{}, b []byte, _ bool) []byte { return b })", ""),
			"request_headers response_headers response_body response_trailers tick"},
		"trailers":       {wrapper, option("wrapper.ProcessRequestTrailers(headers)", ""), "request_headers request_trailers"},
		"done":           {wrapper, option("wrapper.ProcessStreamDone(func(wrapper.HttpContext, struct{}) {})", ""), "request_headers response_headers log"},
		"timings":        {wrapper, option("wrapper.WithTimings[struct{}](nil)", ""), allHTTP},
		"phase":          {wrapper, option("nil", `proxywasm.LogInfof("%d", ctx.GetExecutionPhase())`), allHTTP},
		"has a response": {wrapper, option("nil", `proxywasm.LogInfof("%v", ctx.HasResponseBody())`), "request_headers response_headers"},
		"route call": {wrapper, option("nil", `_ = ctx.RouteCall("GET", "/", nil, nil, func(int, [][2]string, []byte) {})`),
			"request_headers response_headers response_body response_trailers"},
		"call": {wrapper, option("nil", `_, _ = proxywasm.DispatchHttpCall("c", nil, nil, nil, 1, func(int, int, int) {})`),
			"request_headers response_headers log http_call_response"},
		"client": {wrapper, option("nil", `_ = wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "a", Port: 80}).Get("/", nil, func(int, [][2]string, []byte) {})`),
			"request_headers response_headers log http_call_response"},
		"redis": {wrapper, option("nil", `_ = wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "a", Port: 80}).Get("k", nil)`),
			"request_headers response_headers log redis_call_response"},
		"other streams": {wrapper, option("nil", `_ = proxywasm.SetEffectiveContext(1)`), "request_headers response_headers log"},
		"parser with tick, queue and isolation": {wrapper, `func init() {
	wrapper.SetCtx("p", wrapper.PrePluginStartOrReload[int](func(c wrapper.PluginContext) error { c.EnableRuleLevelConfigIsolation(); return nil }),
		wrapper.ParseRawConfig(func(raw []byte, c *int) error {
			if len(raw) > 2 {
				wrapper.RegisterTickFunc(100, func() {})
			}
			return wrapper.RegisterQueueFunc("q", func([]byte) {})
		}))
}
var _ = proxywasm.LogInfo
var _ types.Action
`, "request_headers tick queue_ready"},
		"chosen when it runs": {wrapper + " os", `func init() {
	var options []wrapper.CtxOption[struct{}]
	if os.Getenv("BODIES") != "" {
		options = append(options, wrapper.ProcessResponseBody(func(wrapper.HttpContext, struct{}, []byte) types.Action { return 0 }))
	}
	wrapper.SetCtx("p", options...)
}
var _ = proxywasm.LogInfo
`, "request_headers response_headers response_body response_trailers tick"},
		"own VM context around the wrapper": {wrapper, `type vm struct{ *wrapper.CommonVmCtx[struct{}] }
func init() { proxywasm.SetVMContext(vm{wrapper.NewCommonVmCtx[struct{}]("p")}) }
var _ types.Action
`, "all"},
		"raw plugin": {raw, `func init() { proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &types.DefaultPluginContext{} }) }
`, "all"},
		"raw HTTP": {raw, `func init() { proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &types.DefaultHttpContext{} }) }
`, allHTTP},
		"raw TCP": {raw, `func init() { proxywasm.SetTcpContext(func(uint32) types.TcpContext { return &types.DefaultTcpContext{} }) }
`, "new_connection downstream_data downstream_connection_close upstream_data upstream_connection_close log"},
		"handlers": {"plugin", `func init() { plugin.Register(nil) }
`, allHTTP + " done tick"},
		"filters": {"filter", `func init() { filter.Bundle("b", nil) }
`, allHTTP + " tick"},
		"straight line": {wrapper + " context", `func init() {
	wrapper.SetCtx("p", wrapper.HandleRequestHeaders(func(context.Context, wrapper.HttpContext, struct{}) types.Action { return 0 }))
}
var _ = proxywasm.LogInfo
`, "request_headers response_headers log"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := styleOf(t, c.imports, c.source)
			r, err := Build(testContext(t), Options{Dir: dir, Env: []string{"GOFLAGS=-mod=mod", "GOWORK=off"}})
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, name := range strings.Fields(strings.TrimPrefix(c.want, "all")) {
				want = append(want, "proxy_on_"+name)
			}
			got := keptOf(t, r.Code)
			if c.want == "all" {
				want = allWithoutCalls()
			}
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%q is kept, want %q", got, want)
			}
			if len(got)+len(r.Dropped) != len(droppable) {
				t.Errorf("%q is reported as dropped, and %q is kept", r.Dropped, got)
			}
		})
	}
}

// allWithoutCalls are all callbacks but those for answers to calls, which a plugin
// that makes none can't get.
func allWithoutCalls() (names []string) {
	for name := range droppable {
		if !strings.HasSuffix(name, "_call_response") {
			names = append(names, name)
		}
	}
	return names
}

// styleOf makes a plugin that uses the SDK of this checkout. imports are packages
// of the SDK, and of the standard library.
func styleOf(t *testing.T, imports, source string) (dir string) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := "package main\n\nimport (\n"
	for _, path := range strings.Fields(imports) {
		if path != "os" && path != "context" {
			path = "github.com/sluiceproxy/sluice/sdk/" + path
		}
		text += "\t\"" + path + "\"\n"
	}
	return write(t, "main.go", text+")\n\nfunc main() {}\n\n"+source, "go.sum", string(sums), "go.mod",
		"module example.com/style\n\ngo 1.24.0\n\nrequire github.com/sluiceproxy/sluice v0.0.0\n\nreplace github.com/sluiceproxy/sluice => "+root+"\n")
}

// keptOf are the callbacks of a module that could have been dropped, sorted.
func keptOf(t *testing.T, code []byte) (kept []string) {
	t.Helper()
	m, err := wasm.Decode(code)
	if err != nil {
		t.Fatal(err)
	}
	exports, err := m.Exports()
	if err != nil {
		t.Fatal(err)
	}
	always := 0
	for _, e := range exports {
		switch e.Name {
		case "proxy_abi_version_0_2_100", "proxy_abi_version_0_2_1", "proxy_on_memory_allocate", "proxy_on_vm_start",
			"proxy_on_configure", "proxy_on_context_create", "proxy_on_delete", "memory", "_initialize":
			always++
		}
		if droppable[e.Name] != "" {
			kept = append(kept, e.Name)
		}
	}
	if always != 9 {
		t.Errorf("%d of the exports that every plugin needs", always)
	}
	slices.Sort(kept)
	return kept
}

func TestKeepCallbacks(t *testing.T) {
	dir := styleOf(t, "wrapper", "func init() { wrapper.SetCtx[struct{}](\"p\") }\n")
	env := []string{"GOFLAGS=-mod=mod", "GOWORK=off"}
	all, err := Build(testContext(t), Options{Dir: dir, Env: env, KeepCallbacks: true})
	if err != nil {
		t.Fatal(err)
	}
	if kept := keptOf(t, all.Code); len(kept) != len(droppable) || len(all.Dropped) != 0 {
		t.Errorf("%q is kept, %q dropped", kept, all.Dropped)
	}
}

// A module of another SDK, or of one from before callbacks were wanted, keeps
// what it exports: nothing in it says what it needs.
func TestCallbacksOfOthers(t *testing.T) {
	for _, mark := range []string{"", "github.com/sluiceproxy/sluice/sdk/internal/abi.callTick"} {
		m := &wasm.Module{Sections: []wasm.Section{
			{ID: wasm.SectionType, Content: []byte{1, 0x60, 0, 0}}, {ID: wasm.SectionFunction, Content: []byte{1, 0}},
			{ID: wasm.SectionExport, Content: append(append([]byte{1, 13}, "proxy_on_tick"...), 0, 0)},
			{ID: wasm.SectionCode, Content: []byte{1, 2, 0, 0x0b}},
			{ID: wasm.SectionCustom, Name: "name", Content: append([]byte{1, byte(len(mark) + 3), 1, 0, byte(len(mark))}, mark...)},
		}}
		b := &builder{}
		code, err := b.dropCallbacks(t.Context(), m.Encode())
		if err != nil || string(code) != string(m.Encode()) || len(b.dropped) != 0 {
			t.Errorf("%q: dropped %q, %v", mark, b.dropped, err)
		}
	}
	b := &builder{}
	if _, err := b.dropCallbacks(t.Context(), []byte("\x00asm\x01\x00\x00\x00\x07\x05")); err == nil {
		t.Error("a broken module is no error")
	}
}
