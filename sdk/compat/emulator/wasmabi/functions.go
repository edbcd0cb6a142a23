package wasmabi

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
)

// function is a Function before it has a host.
type function struct {
	name, params string
	call         func(Host, *call) abi.Status
}

// Functions returns the host functions of Proxy-Wasm 0.2.1 and Higress, which h
// answers.
func Functions(h Host) (all []Function) {
	for _, group := range [][]function{vmFunctions, streamFunctions, calloutFunctions, sharedFunctions, metricFunctions, higressFunctions} {
		for _, f := range group {
			all = append(all, Function{Name: f.name, Params: f.params, Call: func(in Instance, args []uint64) uint32 {
				return run(h, f.call, in, args)
			}})
		}
	}
	return all
}

var vmFunctions = []function{
	{"proxy_log", "iii", func(h Host, c *call) abi.Status {
		return h.Log(abi.LogLevel(c.u32()), c.text())
	}},
	{"proxy_get_log_level", "i", func(h Host, c *call) abi.Status {
		level, st := h.GetLogLevel()
		return c.number(uint32(level), st)
	}},
	{"proxy_get_current_time_nanoseconds", "i", func(h Host, c *call) abi.Status {
		now, st := h.GetCurrentTime()
		c.putU64(now)
		return st
	}},
	{"proxy_set_tick_period_milliseconds", "i", func(h Host, c *call) abi.Status {
		return h.SetTickPeriod(c.u32())
	}},
	{"proxy_set_effective_context", "i", func(h Host, c *call) abi.Status {
		return h.SetEffectiveContext(c.u32())
	}},
	{"proxy_done", "", func(h Host, _ *call) abi.Status { return h.Done() }},
	{"proxy_call_foreign_function", "iiiiii", func(h Host, c *call) abi.Status {
		return c.result(h.CallForeignFunction(c.text(), c.bytes()))
	}},
	{"proxy_get_property", "iiii", func(h Host, c *call) abi.Status {
		return c.result(h.GetProperty(c.path()))
	}},
	{"proxy_set_property", "iiii", func(h Host, c *call) abi.Status {
		return h.SetProperty(c.path(), c.bytes())
	}},
}

var streamFunctions = []function{
	{"proxy_get_header_map_value", "iiiii", func(h Host, c *call) abi.Status {
		return c.result(h.GetHeaderMapValue(abi.MapType(c.u32()), c.text()))
	}},
	{"proxy_add_header_map_value", "iiiii", func(h Host, c *call) abi.Status {
		return h.AddHeaderMapValue(abi.MapType(c.u32()), c.text(), c.text())
	}},
	{"proxy_replace_header_map_value", "iiiii", func(h Host, c *call) abi.Status {
		return h.ReplaceHeaderMapValue(abi.MapType(c.u32()), c.text(), c.text())
	}},
	{"proxy_remove_header_map_value", "iii", func(h Host, c *call) abi.Status {
		return h.RemoveHeaderMapValue(abi.MapType(c.u32()), c.text())
	}},
	{"proxy_get_header_map_pairs", "iii", func(h Host, c *call) abi.Status {
		pairs, st := h.GetHeaderMapPairs(abi.MapType(c.u32()))
		return c.result(mem.AppendPairs(nil, pairs), st)
	}},
	{"proxy_set_header_map_pairs", "iii", func(h Host, c *call) abi.Status {
		return h.SetHeaderMapPairs(abi.MapType(c.u32()), c.pairs())
	}},
	{"proxy_get_buffer_bytes", "iiiii", func(h Host, c *call) abi.Status {
		return c.result(h.GetBufferBytes(abi.BufferType(c.u32()), c.i32(), c.i32()))
	}},
	{"proxy_set_buffer_bytes", "iiiii", func(h Host, c *call) abi.Status {
		return h.SetBufferBytes(abi.BufferType(c.u32()), c.i32(), c.i32(), c.bytes())
	}},
	{"proxy_continue_stream", "i", func(h Host, c *call) abi.Status {
		return h.ContinueStream(abi.StreamType(c.u32()))
	}},
	{"proxy_close_stream", "i", func(h Host, c *call) abi.Status {
		return h.CloseStream(abi.StreamType(c.u32()))
	}},
	{"proxy_send_local_response", "iiiiiiii", func(h Host, c *call) abi.Status {
		return h.SendLocalResponse(c.u32(), c.text(), c.bytes(), c.pairs(), c.i32())
	}},
}

var calloutFunctions = []function{
	{"proxy_http_call", "iiiiiiiiii", func(h Host, c *call) abi.Status {
		return c.number(h.HTTPCall(c.text(), c.pairs(), c.bytes(), c.pairs(), c.u32()))
	}},
	{"proxy_redis_init", "iiiiiii", func(h Host, c *call) abi.Status {
		return h.RedisInit(c.text(), c.text(), c.text(), c.u32())
	}},
	{"proxy_redis_call", "iiiii", func(h Host, c *call) abi.Status {
		return c.number(h.RedisCall(c.text(), c.bytes()))
	}},
}

var sharedFunctions = []function{
	{"proxy_get_shared_data", "iiiii", func(h Host, c *call) abi.Status {
		value, cas, st := h.GetSharedData(c.text())
		if st == abi.StatusOK {
			c.putBytes(value)
			c.putU32(cas)
		}
		return st
	}},
	{"proxy_set_shared_data", "iiiii", func(h Host, c *call) abi.Status {
		return h.SetSharedData(c.text(), c.bytes(), c.u32())
	}},
	{"proxy_register_shared_queue", "iii", func(h Host, c *call) abi.Status {
		return c.number(h.RegisterSharedQueue(c.text()))
	}},
	{"proxy_resolve_shared_queue", "iiiii", func(h Host, c *call) abi.Status {
		return c.number(h.ResolveSharedQueue(c.text(), c.text()))
	}},
	{"proxy_enqueue_shared_queue", "iii", func(h Host, c *call) abi.Status {
		return h.EnqueueSharedQueue(c.u32(), c.bytes())
	}},
	{"proxy_dequeue_shared_queue", "iii", func(h Host, c *call) abi.Status {
		return c.result(h.DequeueSharedQueue(c.u32()))
	}},
}

var metricFunctions = []function{
	{"proxy_define_metric", "iiii", func(h Host, c *call) abi.Status {
		return c.number(h.DefineMetric(abi.MetricType(c.u32()), c.text()))
	}},
	{"proxy_increment_metric", "iI", func(h Host, c *call) abi.Status {
		return h.IncrementMetric(c.u32(), int64(c.u64()))
	}},
	{"proxy_record_metric", "iI", func(h Host, c *call) abi.Status {
		return h.RecordMetric(c.u32(), c.u64())
	}},
	{"proxy_get_metric", "ii", func(h Host, c *call) abi.Status {
		value, st := h.GetMetric(c.u32())
		if st == abi.StatusOK {
			c.putU64(value)
		}
		return st
	}},
}

var higressFunctions = []function{
	{"proxy_inject_encoded_data_to_filter_chain", "iii", func(h Host, c *call) abi.Status {
		return h.InjectEncodedData(c.bytes(), c.u32() != 0)
	}},
	{"proxy_get_upstream_hosts", "ii", func(h Host, c *call) abi.Status {
		hosts, st := h.GetUpstreamHosts()
		return c.result(mem.AppendPairs(nil, hosts), st)
	}},
	{"proxy_set_upstream_override_host", "ii", func(h Host, c *call) abi.Status {
		return h.SetUpstreamOverrideHost(c.bytes())
	}},
}
