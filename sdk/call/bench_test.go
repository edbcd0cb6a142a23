package call_test

import (
	"context"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// quickHost answers at once and costs next to nothing, so that what is measured
// is the SDK.
type quickHost struct {
	abi.Host
	token uint32
}

var answerHeaders = [][2]string{{":status", "200"}, {"server", "s"}}

func (h *quickHost) Log(abi.LogLevel, string) abi.Status      { return abi.StatusOK }
func (h *quickHost) GetLogLevel() (abi.LogLevel, abi.Status)  { return abi.LogCritical, abi.StatusOK }
func (h *quickHost) SetTickPeriod(uint32) abi.Status          { return abi.StatusOK }
func (h *quickHost) SetEffectiveContext(uint32) abi.Status    { return abi.StatusOK }
func (h *quickHost) ContinueStream(abi.StreamType) abi.Status { return abi.StatusOK }
func (h *quickHost) GetCurrentTime() (uint64, abi.Status) {
	return uint64(time.Now().UnixNano()), abi.StatusOK
}

func (h *quickHost) HTTPCall(string, [][2]string, []byte, [][2]string, uint32) (uint32, abi.Status) {
	h.token++
	return h.token, abi.StatusOK
}

func (h *quickHost) GetHeaderMapPairs(abi.MapType) ([][2]string, abi.Status) {
	return answerHeaders, abi.StatusOK
}

func (h *quickHost) GetHeaderMapValue(abi.MapType, string) ([]byte, abi.Status) {
	return []byte("/"), abi.StatusOK
}

func (h *quickHost) ReplaceHeaderMapValue(abi.MapType, string, string) abi.Status {
	return abi.StatusOK
}

func (h *quickHost) GetBufferBytes(b abi.BufferType, _, size int32) ([]byte, abi.Status) {
	if b == abi.BufferPluginConfig {
		return nil, abi.StatusNotFound
	}
	return make([]byte, size), abi.StatusOK
}

var cluster = wrapper.TargetCluster{Cluster: "service", Host: "service.test"}

func straightOnce(client *call.Client) wrapper.CtxOption[struct{}] {
	return wrapper.HandleRequestHeaders(func(ctx context.Context, _ wrapper.HttpContext, _ struct{}) types.Action {
		resp, err := client.Get(ctx, "/check")
		if err != nil {
			panic(err)
		}
		proxywasm.ReplaceHttpRequestHeader("x-result", string(resp.Body))
		return types.ActionContinue
	})
}

func callbackOnce(client wrapper.HttpClient) wrapper.CtxOption[struct{}] {
	return wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
		err := client.Get("/check", nil, func(status int, _ [][2]string, body []byte) {
			proxywasm.ReplaceHttpRequestHeader("x-result", string(body))
			proxywasm.ResumeHttpRequest()
		})
		if err != nil {
			panic(err)
		}
		return types.HeaderStopAllIterationAndWatermark
	})
}

func BenchmarkOneCall(b *testing.B) {
	b.Run("callback", func(b *testing.B) { benchmarkCalls(b, 1, callbackOnce(wrapper.NewClusterClient(cluster))) })
	b.Run("straight", func(b *testing.B) { benchmarkCalls(b, 1, straightOnce(call.New(cluster))) })
}

func BenchmarkNoCall(b *testing.B) {
	b.Run("callback", func(b *testing.B) {
		benchmarkCalls(b, 0, wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
			return types.ActionContinue
		}))
	})
	b.Run("straight", func(b *testing.B) {
		benchmarkCalls(b, 0, wrapper.HandleRequestHeaders(func(context.Context, wrapper.HttpContext, struct{}) types.Action {
			return types.ActionContinue
		}))
	})
}

// benchmarkCalls runs whole streams that make so many calls.
func benchmarkCalls(b *testing.B, calls int, option wrapper.CtxOption[struct{}]) {
	h, vm := &quickHost{}, dispatch.NewVM()
	host, before, registered := abi.SetHost(h), dispatch.SetCurrent(vm), dispatch.VMContext()
	defer func() {
		abi.SetHost(host)
		dispatch.SetCurrent(before)
		dispatch.SetVMContext(registered)
	}()
	wrapper.SetCtx("bench", option)
	vm.OnVMStart(0, 0)
	vm.OnContextCreate(1, 0)
	if !vm.OnConfigure(1, 0) {
		b.Fatal("the plugin did not start")
	}
	b.ReportAllocs()
	for i := range b.N {
		id := uint32(i + 2)
		vm.OnContextCreate(id, 1)
		vm.OnRequestHeaders(id, 3, true)
		for range calls {
			vm.OnHTTPCallResponse(1, h.token, 2, 4, 0)
		}
		vm.OnLog(id)
		vm.OnDone(id)
		vm.OnDelete(id)
	}
}
