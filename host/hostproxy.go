package host

// anyPhase is for what the guest may call in its start functions and in its
// allocator too.
const anyPhase = phaseCallback | phaseStart | phaseMalloc

// proxyFunctions are the functions of the ABI. Names are without "proxy_".
func proxyFunctions() []hostFunction {
	list := []hostFunction{
		proxy("log", "iii", hcLog),
		proxy("get_status", "iii", hcGetStatus),
		proxy("set_property", "iiii", hcSetProperty),
		proxy("get_property", "iiii", hcGetProperty),
		proxy("send_local_response", "iiiiiiii", hcSendLocalResponse),
		proxy("get_shared_data", "iiiii", hcGetSharedData),
		proxy("set_shared_data", "iiiii", hcSetSharedData),
		proxy("register_shared_queue", "iii", hcRegisterQueue),
		proxy("resolve_shared_queue", "iiiii", hcResolveQueue),
		proxy("dequeue_shared_queue", "iii", hcDequeue),
		proxy("enqueue_shared_queue", "iii", hcEnqueue),
		proxy("get_header_map_value", "iiiii", hcGetHeader),
		proxy("add_header_map_value", "iiiii", hcAddHeader),
		proxy("replace_header_map_value", "iiiii", hcReplaceHeader),
		proxy("remove_header_map_value", "iii", hcRemoveHeader),
		proxy("get_header_map_pairs", "iii", hcGetPairs),
		proxy("set_header_map_pairs", "iii", hcSetPairs),
		proxy("get_header_map_size", "ii", hcMapSize),
		proxy("get_buffer_status", "iii", hcBufferStatus),
		proxy("get_buffer_bytes", "iiiii", hcGetBuffer),
		proxy("set_buffer_bytes", "iiiii", hcSetBuffer),
		proxy("http_call", "iiiiiiiiii", hcHTTPCall),
		proxy("grpc_call", "iiiiiiiiiiii", hcGRPC(5)),
		proxy("grpc_stream", "iiiiiiiii", hcGRPC(4)),
		proxy("grpc_close", "i", hcGRPCToken),
		proxy("grpc_cancel", "i", hcGRPCToken),
		proxy("grpc_send", "iiii", hcGRPCSend),
		proxy("set_tick_period_milliseconds", "i", hcSetTick),
		proxy("get_current_time_nanoseconds", "i", hcCurrentTime),
		proxy("define_metric", "iiii", hcDefineMetric),
		proxy("increment_metric", "iI", hcIncrementMetric),
		proxy("record_metric", "iI", hcRecordMetric),
		proxy("get_metric", "ii", hcGetMetric),
		proxy("set_effective_context", "i", hcEffectiveContext),
		proxy("done", "", hcDone),
		proxy("call_foreign_function", "iiiiii", hcForeign),
	}
	list[0].phases = anyPhase
	list = append(list,
		limited(ABI010, ABI010, proxy("get_configuration", "ii", hcGetConfiguration)),
		limited(ABI010, ABI010, proxy("continue_request", "", hcContinueRequest)),
		limited(ABI010, ABI010, proxy("continue_response", "", hcContinueResponse)),
		limited(ABI010, ABI010, proxy("clear_route_cache", "", hcClearRouteCache)),
		limited(ABI020, 0, proxy("continue_stream", "i", hcContinueStream)),
		limited(ABI020, 0, proxy("close_stream", "i", hcCloseStream)),
		limited(ABI021, 0, proxy("get_log_level", "i", hcGetLogLevel)),
		limited(ABI020, 0, proxy("redis_init", "iiiiiii", hcRedisInit)),
		limited(ABI020, 0, proxy("redis_call", "iiiii", hcRedisCall)),
		limited(ABI020, 0, proxy("inject_encoded_data_to_filter_chain", "iii", hcInjectEncodedData)),
		limited(ABI020, 0, proxy("get_upstream_hosts", "ii", hcUpstreamHosts)),
		limited(ABI020, 0, proxy("set_upstream_override_host", "ii", hcOverrideHost)),
	)
	return list
}

// HigressImports are the functions of module env that only Higress' gateway and
// this host offer: stock Envoy refuses a module that imports one of them.
func HigressImports() []string {
	return []string{"proxy_redis_init", "proxy_redis_call", "proxy_inject_encoded_data_to_filter_chain",
		"proxy_get_upstream_hosts", "proxy_set_upstream_override_host"}
}

func proxy(name, params string, run func(vm *VM, s []uint64) Status) hostFunction {
	return hostFunction{
		module: "env", name: "proxy_" + name, params: types(params), results: types("i"), phases: phaseCallback,
		run: func(vm *VM, s []uint64) uint32 { return uint32(run(vm, s)) },
	}
}

func limited(since, until ABI, f hostFunction) hostFunction {
	f.since, f.until = since, until
	return f
}

// emscriptenFunctions are what C++ modules built with Emscripten import.
func emscriptenFunctions() []hostFunction {
	return []hostFunction{
		{module: "env", name: "pthread_equal", params: types("ii"), results: types("i"), phases: phaseCallback,
			run: func(_ *VM, s []uint64) uint32 { return uint32(flag(uint32(s[0]) == uint32(s[1]))) }},
		{module: "env", name: "emscripten_notify_memory_growth", params: types("i"), phases: anyPhase,
			run: func(*VM, []uint64) uint32 { return 0 }},
	}
}
