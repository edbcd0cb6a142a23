package remote

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/wire"
)

// render shows a host call: its parameters in the ABI's order, with a letter for
// each address that it asks to be filled.
func render(m wire.Message) string {
	text := strings.TrimPrefix(m.Name, "proxy_")
	for _, v := range m.Values {
		switch v.Type {
		case wire.Number:
			text += fmt.Sprint(" ", v.Number)
		case wire.Bytes:
			text += fmt.Sprintf(" %q", v.Bytes)
		default:
			text += " " + string("bwd"[v.Type-wire.GetBytes])
		}
	}
	return text
}

// TestHostCalls: each function of the SDK's host becomes the ABI's.
func TestHostCalls(t *testing.T) {
	none := [][2]string{}
	pairs := [][2]string{{"a", "b"}}
	const list = `"\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00a\x00b\x00"`
	const empty = `"\x00\x00\x00\x00"`
	calls := []struct {
		call func() any // what it returns
		want string     // what is asked
		get  string     // and made of the answer
	}{
		{func() any { return abi.Log(abi.LogWarn, "x") }, `log 3 "x"`, "0"},
		{func() any { return two(abi.GetLogLevel()) }, `get_log_level w`, "[7 0]"},
		{func() any { return two(abi.GetCurrentTime()) }, `get_current_time_nanoseconds d`, "[7 0]"},
		{func() any { return abi.SetTickPeriod(9) }, `set_tick_period_milliseconds 9`, "0"},
		{func() any { return abi.SetEffectiveContext(3) }, `set_effective_context 3`, "0"},
		{func() any { return abi.Done() }, `done`, "0"},
		{func() any { return two(abi.CallForeignFunction("f", []byte("a"))) }, `call_foreign_function "f" "a" b`, "[out 0]"},
		{func() any { return two(abi.GetHeaderMapValue(2, "k")) }, `get_header_map_value 2 "k" b`, "[out 0]"},
		{func() any { return abi.AddHeaderMapValue(1, "k", "v") }, `add_header_map_value 1 "k" "v"`, "0"},
		{func() any { return abi.ReplaceHeaderMapValue(1, "k", "v") }, `replace_header_map_value 1 "k" "v"`, "0"},
		{func() any { return abi.RemoveHeaderMapValue(1, "k") }, `remove_header_map_value 1 "k"`, "0"},
		{func() any { return two(abi.GetHeaderMapBytes(6)) }, `get_header_map_pairs 6 b`, "[out 0]"},
		{func() any { return abi.SetHeaderMapPairs(3, pairs) }, `set_header_map_pairs 3 ` + list, "0"},
		{func() any { return two(abi.GetBufferBytes(4, 1, 2)) }, `get_buffer_bytes 4 1 2 b`, "[out 0]"},
		{func() any { return abi.SetBufferBytes(1, 2, abi.BufferEnd, []byte("d")) }, `set_buffer_bytes 1 2 2147483647 "d"`, "0"},
		{func() any { return abi.ContinueStream(1) }, `continue_stream 1`, "0"},
		{func() any { return abi.CloseStream(2) }, `close_stream 2`, "0"},
		{func() any { return abi.SendLocalResponse(403, "why", []byte("b"), pairs, -1) }, `send_local_response 403 "why" "b" ` + list + ` 18446744073709551615`, "0"},
		{func() any { return two(abi.HTTPCall("c", pairs, []byte("b"), none, 5)) }, `http_call "c" ` + list + ` "b" ` + empty + ` 5 w`, "[7 0]"},
		{func() any { return two(abi.GetProperty([]string{"a", "b"})) }, `get_property "a\x00b" b`, "[out 0]"},
		{func() any { return abi.SetProperty([]string{"a"}, []byte("v")) }, `set_property "a" "v"`, "0"},
		{func() any { v, cas, st := abi.GetSharedData("k"); return fmt.Sprintf("%s %d %d", v, cas, st) }, `get_shared_data "k" b w`, "out 7 0"},
		{func() any { return abi.SetSharedData("k", []byte("v"), 8) }, `set_shared_data "k" "v" 8`, "0"},
		{func() any { return two(abi.RegisterSharedQueue("q")) }, `register_shared_queue "q" w`, "[7 0]"},
		{func() any { return two(abi.ResolveSharedQueue("vm", "q")) }, `resolve_shared_queue "vm" "q" w`, "[7 0]"},
		{func() any { return abi.EnqueueSharedQueue(2, []byte("e")) }, `enqueue_shared_queue 2 "e"`, "0"},
		{func() any { return two(abi.DequeueSharedQueue(2)) }, `dequeue_shared_queue 2 b`, "[out 0]"},
		{func() any { return two(abi.DefineMetric(1, "m")) }, `define_metric 1 "m" w`, "[7 0]"},
		{func() any { return abi.IncrementMetric(1, -2) }, `increment_metric 1 18446744073709551614`, "0"},
		{func() any { return abi.RecordMetric(1, 1<<40) }, `record_metric 1 1099511627776`, "0"},
		{func() any { return two(abi.GetMetric(1)) }, `get_metric 1 d`, "[7 0]"},
		{func() any { return abi.RedisInit("c", "u", "p", 4) }, `redis_init "c" "u" "p" 4`, "0"},
		{func() any { return two(abi.RedisCall("c", []byte("q"))) }, `redis_call "c" "q" w`, "[7 0]"},
		{func() any { return abi.InjectEncodedData([]byte("x"), true) }, `inject_encoded_data_to_filter_chain "x" 1`, "0"},
		{func() any { return two(abi.GetUpstreamHosts()) }, `get_upstream_hosts b`, fmt.Sprint([]any{[][2]string(nil), abi.StatusMalformed})},
		{func() any { return abi.SetUpstreamOverrideHost([]byte("h")) }, `set_upstream_override_host "h"`, "0"},
	}
	if want := reflect.TypeFor[abi.Host]().NumMethod(); len(calls) != want {
		t.Errorf("%d calls for %d methods", len(calls), want)
	}
	g := &noted{}
	w := begin(t, g)
	for _, c := range calls {
		var got any
		g.do = func() { got = c.call() }
		asked := ""
		w.call("tick", func(m wire.Message) []wire.Value {
			asked = render(m)
			values := []wire.Value{number(uint32(0))}
			for _, v := range m.Values {
				switch v.Type {
				case wire.GetBytes:
					values = append(values, text("out"))
				case wire.GetUint32, wire.GetUint64:
					values = append(values, number(uint32(7)))
				}
			}
			return values
		}, 1)
		if asked != c.want || fmt.Sprint(got) != c.get {
			t.Errorf("asks %s and gets %v, want %s and %s", asked, got, c.want, c.get)
		}
	}
}

// two makes one value of two, bytes as text.
func two(v any, st abi.Status) []any {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	return []any{v, st}
}
