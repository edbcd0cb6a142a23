package cells

import "github.com/sluiceproxy/sluice/sdk/proxywasm"

// Callee is the cluster that callouts go to.
const Callee = "callee"

var goodHeaders = [][2]string{{":method", "GET"}, {":path", "/called"}, {":authority", "callee.test"}}

func calloutCalls() []Call {
	// call dispatches a callout whose answer nobody reads.
	call := func(name, cluster string, headers [][2]string, body string, timeout uint32) Call {
		return Call{Name: "http_call." + name, Run: func(*Scene) string {
			_, err := proxywasm.DispatchHttpCall(cluster, headers, []byte(body), nil, timeout, nil)
			return status(err)
		}}
	}
	with := func(extra ...[2]string) [][2]string {
		return append(append([][2]string(nil), goodHeaders...), extra...)
	}
	get := func(name string, start, size int) Call {
		return Call{Name: "http_call.response_body." + name, Run: func(*Scene) string {
			return text(proxywasm.GetHttpCallResponseBody(start, size))
		}}
	}
	return []Call{
		call("good", Callee, goodHeaders, "", 1000),
		call("with_body", Callee, with([2]string{"x-c-call", "1"}), "body", 1000),
		call("unknown_cluster", "c-none", goodHeaders, "", 1000),
		call("empty_cluster", "", goodHeaders, "", 1000),
		call("no_method", Callee, goodHeaders[1:], "", 1000),
		call("no_authority", Callee, goodHeaders[:2], "", 1000),
		call("no_headers", Callee, nil, "", 1000),
		call("no_timeout", Callee, goodHeaders, "", 0),
		call("line_break", Callee, with([2]string{"x-c", "1\r\n2"}), "", 1000),
		{Name: "http_call.with_trailers", Run: func(*Scene) string {
			_, err := proxywasm.DispatchHttpCall(Callee, goodHeaders, []byte("body"), [][2]string{{"x-c-trailer", "1"}}, 1000, nil)
			return status(err)
		}},
		{Name: "http_call.response_headers", Run: func(*Scene) string { return pairs(proxywasm.GetHttpCallResponseHeaders()) }},
		{Name: "http_call.response_trailers", Run: func(*Scene) string { return pairs(proxywasm.GetHttpCallResponseTrailers()) }},
		get("all", 0, 1000), get("part", 2, 3), get("nothing", 0, 0), get("beyond_end", 100, 10), get("negative_start", -1, 10),
	}
}
