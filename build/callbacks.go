package build

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// The SDK links what is behind a callback only where something that the plugin
// uses wants it, and there a function of the callback's name.
const (
	sdkCallPrefix = "github.com/sluiceproxy/sluice/sdk/internal/abi.call"
	// sdkCallMark is in modules of which the SDK does so. Others keep all.
	sdkCallMark = "github.com/sluiceproxy/sluice/sdk/internal/abi.callsWantedOnly"
)

// droppable are the callbacks without which a gateway goes on as if they had
// answered "continue", by the SDK's name for what is behind them. Those that
// start a plugin or keep its contexts are not among them.
var droppable = map[string]string{
	"proxy_on_request_headers":             "RequestHeaders",
	"proxy_on_request_body":                "RequestBody",
	"proxy_on_request_trailers":            "RequestTrailers",
	"proxy_on_response_headers":            "ResponseHeaders",
	"proxy_on_response_body":               "ResponseBody",
	"proxy_on_response_trailers":           "ResponseTrailers",
	"proxy_on_log":                         "Log",
	"proxy_on_done":                        "Done",
	"proxy_on_tick":                        "Tick",
	"proxy_on_queue_ready":                 "QueueReady",
	"proxy_on_foreign_function":            "ForeignFunction",
	"proxy_on_http_call_response":          "HTTPCallResponse",
	"proxy_on_redis_call_response":         "RedisCallResponse",
	"proxy_on_new_connection":              "NewConnection",
	"proxy_on_downstream_data":             "DownstreamData",
	"proxy_on_downstream_connection_close": "DownstreamClose",
	"proxy_on_upstream_data":               "UpstreamData",
	"proxy_on_upstream_connection_close":   "UpstreamClose",
}

// dropCallbacks takes the callbacks out of the module's exports in which nothing
// of the plugin can run: a gateway makes no call then.
func (b *builder) dropCallbacks(ctx context.Context, code []byte) ([]byte, error) {
	if b.KeepCallbacks {
		return code, nil
	}
	m, err := wasm.Decode(code)
	if err != nil {
		return nil, fmt.Errorf("look for callbacks that are not used: %w", err)
	}
	linked, err := linkedCalls(m)
	if err != nil || linked == nil {
		return code, err
	}
	b.dropped, err = m.DropExports(func(e wasm.Export) bool {
		name, known := droppable[e.Name]
		return known && e.Kind == wasm.ExternFunc && !linked[name]
	})
	if err != nil || len(b.dropped) == 0 {
		return code, err
	}
	out := m.Encode()
	if err := validate(ctx, out); err != nil {
		return nil, fmt.Errorf("the module is not valid without the callbacks %s: %w; please report this, and build with KeepCallbacks meanwhile",
			list(b.dropped), err)
	}
	return out, nil
}

// linkedCalls are the SDK's functions behind callbacks that are in the module;
// nil for a module of which that says nothing.
func linkedCalls(m *wasm.Module) (map[string]bool, error) {
	functions, err := m.Functions()
	if err != nil {
		return nil, fmt.Errorf("look for callbacks that are not used: %w", err)
	}
	linked, marked := map[string]bool{}, false
	for _, f := range functions {
		marked = marked || f.Name == sdkCallMark
		if name, ok := strings.CutPrefix(f.Name, sdkCallPrefix); ok {
			linked[name] = true
		}
	}
	if !marked {
		return nil, nil
	}
	return linked, nil
}
