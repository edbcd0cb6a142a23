package cells

import "github.com/sluiceproxy/sluice/sdk/proxywasm"

func rawCalloutRows() []Call {
	grpc := func(name, function string, arguments ...any) Call {
		return rawRow("grpc."+name, function, 0, arguments...)
	}
	return []Call{
		rawRow("http_call.cluster_outside", "http_call", 0, far(), onePair, "", "", 1000, result(1)),
		rawRow("http_call.headers_outside", "http_call", 0, Callee, far(), "", "", 1000, result(1)),
		rawRow("http_call.headers_malformed", "http_call", 0, Callee, malformedPairs, "", "", 1000, result(1)),
		rawRow("http_call.body_outside", "http_call", 0, Callee, onePair, far(), "", 1000, result(1)),
		rawRow("reply.body_outside", "send_local_response", 0, 200, "", far(), "", negative(-1)),
		rawRow("reply.headers_outside", "send_local_response", 0, 200, "", "", far(), negative(-1)),
		grpc("call.unknown_cluster", "grpc_call", "c-none", "service", "method", "", "", 1000, result(1)),
		grpc("call.outside", "grpc_call", far(), "service", "method", "", "", 1000, result(1)),
		grpc("stream.unknown_cluster", "grpc_stream", "c-none", "service", "method", "", result(1)),
		grpc("stream.outside", "grpc_stream", far(), "service", "method", "", result(1)),
		grpc("send.missing", "grpc_send", 999_999, "message", 0),
		grpc("send.outside", "grpc_send", 999_999, far(), 0),
		grpc("send.zero", "grpc_send", 0, "message", 0),
		grpc("close.missing", "grpc_close", 999_999), grpc("close.zero", "grpc_close", 0),
		grpc("cancel.missing", "grpc_cancel", 999_999), grpc("cancel.zero", "grpc_cancel", 0),
	}
}

func rawForeignRows() []Call {
	call := func(name, function, argument string) Call {
		return Call{Name: "foreign." + name, Run: func(*Scene) string {
			return text(proxywasm.CallForeignFunction(function, []byte(argument)))
		}}
	}
	return []Call{
		rawRow("foreign.name_outside", "call_foreign_function", 0, far(), "", result(1), result(2)),
		rawRow("foreign.argument_outside", "call_foreign_function", 0, "compress", far(), result(1), result(2)),
		rawRow("foreign.result_outside", "call_foreign_function", 0, "compress", "text", num(outside), num(outside)),
		rawRow("foreign.no_result_wanted", "call_foreign_function", 0, "compress", "text", 0, 0),
		call("sign.damaged", "sign", "no message"),
		call("verify_signature.damaged", "verify_signature", "no message"),
		call("set_envoy_filter_state.damaged", "set_envoy_filter_state", "no message"),
		call("declare_property.damaged", "declare_property", "no message"),
		call("expr_create.damaged", "expr_create", "1 +"),
		call("expr_evaluate.missing", "expr_evaluate", "\xff\xff\x00\x00"),
		call("expr_delete.missing", "expr_delete", "\xff\xff\x00\x00"),
	}
}
