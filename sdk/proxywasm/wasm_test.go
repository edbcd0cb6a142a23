package proxywasm_test

import (
	"slices"
	"testing"
)

// oldWASI are the WASI functions that Envoy had before 1.39.
var oldWASI = []string{
	"fd_write", "fd_read", "fd_seek", "fd_close", "fd_fdstat_get", "fd_fdstat_set_flags",
	"environ_get", "environ_sizes_get", "args_get", "args_sizes_get", "clock_time_get", "random_get",
	"sched_yield", "poll_oneoff", "proc_exit", "path_open", "fd_prestat_get", "fd_prestat_dir_name",
}

// maxHello is the size that hello may have: a package such as fmt or time that
// is linked by accident shows here. It is 2.06 MB with Go 1.26.
const maxHello = 2_200_000

func TestHelloAsWasm(t *testing.T) {
	hello := buildAndRead(t, "hello")
	t.Run("imports", func(t *testing.T) { checkImports(t, hello) })
	t.Run("exports", func(t *testing.T) { checkExports(t, hello) })
	t.Logf("%d bytes", hello.size)
	if hello.size > maxHello {
		t.Errorf("hello has %d bytes, want at most %d", hello.size, maxHello)
	}
}

// A module asks hosts only for what it uses: an import that a host lacks, such
// as those that only Higress has, makes it refuse the module.
func checkImports(t *testing.T, m wasmFile) {
	want := []string{"proxy_add_header_map_value", "proxy_close_stream", "proxy_define_metric", "proxy_increment_metric", "proxy_log", "proxy_send_local_response"}
	var env []string
	for _, f := range m.imports {
		switch {
		case f[0] == "env":
			env = append(env, f[1])
		case f[0] != "wasi_snapshot_preview1" || !slices.Contains(oldWASI, f[1]):
			t.Errorf("imports %s.%s, which Envoy before 1.39 lacks", f[0], f[1])
		}
	}
	slices.Sort(env)
	if !slices.Equal(env, want) {
		t.Errorf("imports of env %q, want %q", env, want)
	}
}

// Higress' host takes the first version marker that it knows, so the order of
// exports matters.
func checkExports(t *testing.T, m wasmFile) {
	want := []export{
		{"_initialize", ">"},
		{"proxy_abi_version_0_2_100", ">"},
		{"proxy_abi_version_0_2_1", ">"},
		{"proxy_on_memory_allocate", "i>i"},
		{"proxy_on_vm_start", "ii>i"},
		{"proxy_on_configure", "ii>i"},
		{"proxy_on_context_create", "ii>"},
		{"proxy_on_tick", "i>"},
		{"proxy_on_queue_ready", "ii>"},
		{"proxy_on_foreign_function", "iii>"},
		{"proxy_on_http_call_response", "iiiii>"},
		{"proxy_on_redis_call_response", "iiii>"},
		{"proxy_on_request_headers", "iii>i"},
		{"proxy_on_request_body", "iii>i"},
		{"proxy_on_request_trailers", "ii>i"},
		{"proxy_on_response_headers", "iii>i"},
		{"proxy_on_response_body", "iii>i"},
		{"proxy_on_response_trailers", "ii>i"},
		{"proxy_on_new_connection", "i>i"},
		{"proxy_on_downstream_data", "iii>i"},
		{"proxy_on_downstream_connection_close", "ii>"},
		{"proxy_on_upstream_data", "iii>i"},
		{"proxy_on_upstream_connection_close", "ii>"},
		{"proxy_on_log", "i>"},
		{"proxy_on_done", "i>i"},
		{"proxy_on_delete", "i>"},
	}
	if !slices.Equal(m.exports, want) {
		t.Errorf("exports\n got %v\nwant %v", m.exports, want)
	}
}
