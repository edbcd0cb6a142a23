package wrapper

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func addHeader(HttpContext, settings) types.Action {
	if err := proxywasm.AddHttpRequestHeader("hello", "world"); err != nil {
		log.Error(err.Error())
	}
	return types.HeaderContinue
}

// A plugin pays the host for what it asks for, and for nothing else.
func TestCallsIntoTheHost(t *testing.T) {
	manyHosts := func(n int) string {
		rules := make([]string, n)
		for i := range rules {
			rules[i] = fmt.Sprintf(`{"_match_domain_":["*.h%d.test"]}`, i)
		}
		return `{"x":1,"_rules_":[` + strings.Join(rules, ",") + `]}`
	}
	respond := ProcessResponseHeaders(func(HttpContext, settings) types.Action { return types.HeaderContinue })
	for _, c := range []struct {
		name, config string
		options      []CtxOption[settings]
		want         int
	}{
		{"hello", `{}`, []CtxOption[settings]{ProcessRequestHeaders(addHeader)}, 1},
		{"hello, by", `{}`, []CtxOption[settings]{ProcessRequestHeadersBy(func(c HttpContext, s settings, _ Log) types.Action { return addHeader(c, s) })}, 1},
		{"one domain rule", manyHosts(1), []CtxOption[settings]{ProcessRequestHeaders(addHeader)}, 2},
		{"1000 domain rules", manyHosts(1000), []CtxOption[settings]{ProcessRequestHeaders(addHeader)}, 2},
		{"a route rule", `{"x":1,"_rules_":[{"_match_route_":["a"]}]}`, []CtxOption[settings]{ProcessRequestHeaders(addHeader)}, 2},
		{"a service rule", `{"x":1,"_rules_":[{"_match_service_":["a"]}]}`, []CtxOption[settings]{ProcessRequestHeaders(addHeader)}, 2},
		{"response headers", `{}`, []CtxOption[settings]{ProcessRequestHeaders(addHeader), respond}, 2},
		{"domain rules and response headers", manyHosts(3), []CtxOption[settings]{ProcessRequestHeaders(addHeader), respond}, 2},
		{"nothing", `{}`, nil, 0},
		{"path and host, twice", `{}`, []CtxOption[settings]{ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
			_, _, _, _ = c.Path(), c.Path(), c.Host(), c.Host()
			return types.HeaderContinue
		})}, 1}, // the stream before has read several headers
		{"suppressed log lines", `{}`, []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			log.Debug("a")
			log.Infof("b %d", 1)
			return types.HeaderContinue
		})}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := startFake(t, c.config, c.options...)
			run := func() {
				id := f.stream()
				f.vm.OnRequestHeaders(id, 5, true)
				f.vm.OnResponseHeaders(id, 2, false)
				f.vm.OnResponseBody(id, 10, true)
				f.end(id)
			}
			run() // learns which properties the host has
			f.total()
			run()
			calls := fmt.Sprint(f.calls)
			if got := f.total(); got != c.want {
				t.Errorf("%d calls into the host, want %d: %v", got, c.want, calls)
			}
		})
	}
}

// bytesHost hands headers over as a gateway does.
type bytesHost struct {
	*fake
	block []byte
}

func (h *bytesHost) GetHeaderMapBytes(abi.MapType) ([]byte, abi.Status) { return h.block, abi.StatusOK }

// The wrapper allocates contexts in batches, and nothing else: none for most
// streams.
func TestAllocations(t *testing.T) {
	for _, c := range []struct {
		name, config string
		options      []CtxOption[settings]
		most         float64
	}{
		{"hello", `{}`, []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.HeaderContinue })}, 0},
		{"a route rule", `{"x":1,"_rules_":[{"_match_route_":["a"]}]}`,
			[]CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.HeaderContinue })}, 1}, // the fake host's
		{"all phases", `{}`, []CtxOption[settings]{
			ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.HeaderContinue }),
			ProcessRequestBody(func(HttpContext, settings, []byte) types.Action { return types.ActionContinue }),
			ProcessResponseHeaders(func(HttpContext, settings) types.Action { return types.HeaderContinue }),
			ProcessStreamDone(func(HttpContext, settings) {}),
		}, 0},
		{"path and host", `{}`, []CtxOption[settings]{ProcessRequestBody(func(c HttpContext, _ settings, _ []byte) types.Action {
			if c.Path() == "" || c.Host() == "" {
				t.Error("no path or host")
			}
			return types.ActionContinue
		})}, 0},
		{"a straight-line handler", `{}`, []CtxOption[settings]{HandleRequestHeaders(func(context.Context, HttpContext, settings) types.Action {
			return types.HeaderContinue
		})}, 0},
		{"suppressed log lines", `{}`, []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			log.Debug("a")
			log.Debugf("b") // arguments are a list that Go makes where it is called
			return types.HeaderContinue
		})}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := startFake(t, c.config, c.options...)
			f.counting = false
			f.body = []byte("body")
			abi.SetHost(&bytesHost{f, mem.AppendPairs(nil, f.headers)})
			n := testing.AllocsPerRun(200, func() {
				id := f.stream()
				f.vm.OnRequestHeaders(id, 5, false)
				f.vm.OnRequestBody(id, 4, true)
				f.vm.OnResponseHeaders(id, 2, true)
				f.end(id)
			})
			if n > c.most {
				t.Errorf("%v allocations for a stream, want at most %v", n, c.most)
			}
		})
	}
}

func BenchmarkHello(b *testing.B) {
	f := startFake(b, `{}`, ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.HeaderContinue }))
	f.counting = false
	b.ReportAllocs()
	for b.Loop() {
		id := f.stream()
		f.vm.OnRequestHeaders(id, 5, true)
		f.vm.OnResponseHeaders(id, 2, true)
		f.end(id)
	}
}
