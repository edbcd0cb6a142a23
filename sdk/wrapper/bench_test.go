package wrapper

import (
	"context"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// BenchmarkStream is a stream's whole life, with the callbacks that a module with
// such a plugin exports and a host whose calls cost next to nothing.
func BenchmarkStream(b *testing.B) {
	var seen int
	for _, c := range []struct {
		name   string
		option CtxOption[settings]
		body   bool
	}{
		{"hello", ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			_ = proxywasm.AddHttpRequestHeader("hello", "world")
			return types.HeaderContinue
		}), false},
		{"straight-line", HandleRequestHeaders(func(context.Context, HttpContext, settings) types.Action {
			_ = proxywasm.AddHttpRequestHeader("hello", "world")
			return types.HeaderContinue
		}), false},
		{"read", ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			for _, h := range get {
				value, _ := proxywasm.GetHttpRequestHeader(h[0])
				seen += len(value)
			}
			return types.HeaderContinue
		}), false},
		{"body", ProcessRequestBody(func(_ HttpContext, _ settings, body []byte) types.Action {
			seen += len(body)
			return types.ActionContinue
		}), true},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := startFake(b, `{}`, c.option)
			f.counting = false
			f.body = make([]byte, 16<<10)
			abi.SetHost(&bytesHost{f, mem.AppendPairs(nil, f.headers)})
			b.ReportAllocs()
			for b.Loop() {
				id := f.stream()
				f.vm.OnRequestHeaders(id, 5, !c.body)
				if c.body {
					f.vm.OnRequestBody(id, int32(len(f.body)), true)
				}
				f.vm.OnDelete(id)
			}
		})
	}
}
