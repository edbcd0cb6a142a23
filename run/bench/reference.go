package bench

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

// referenceWork is how long this machine takes now for work that never changes.
func referenceWork() time.Duration {
	var block [1 << 10]byte
	h := fnv.New64a()
	const times = 8 // one is shorter than the clock is fine
	began := time.Now()
	for range times {
		_, _ = h.Write(block[:]) // never fails
	}
	return time.Since(began) / times
}

// callbacks are the functions that a host calls, in the order of their lives.
var callbacks = [...]string{
	"proxy_on_context_create", "proxy_on_vm_start", "proxy_on_configure",
	"proxy_on_new_connection", "proxy_on_downstream_data", "proxy_on_upstream_data",
	"proxy_on_request_headers", "proxy_on_request_body", "proxy_on_request_trailers",
	"proxy_on_response_headers", "proxy_on_response_body", "proxy_on_response_trailers",
	"proxy_on_http_call_response", "proxy_on_redis_call_response", "proxy_on_grpc_receive_initial_metadata",
	"proxy_on_grpc_receive", "proxy_on_grpc_receive_trailing_metadata", "proxy_on_grpc_close",
	"proxy_on_tick", "proxy_on_queue_ready", "proxy_on_foreign_function",
	"proxy_on_downstream_connection_close", "proxy_on_upstream_connection_close",
	"proxy_on_log", "proxy_on_done", "proxy_on_delete",
}

// order sorts callbacks; those that nobody knows come last, by name.
func order(name string) string {
	i := slices.Index(callbacks[:], name)
	if i < 0 {
		i = len(callbacks)
	}
	return fmt.Sprintf("%02d%s", i, name)
}
