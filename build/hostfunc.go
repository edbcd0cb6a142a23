package build

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// The versions of the Proxy-Wasm ABI, as they stand in the name of the export
// proxy_abi_version_….
const (
	abi010   = "0_1_0"
	abi020   = "0_2_0"
	abi021   = "0_2_1"
	abi02100 = "0_2_100" // only Higress knows it
)

const (
	abiPrefix     = "proxy_abi_version_"
	moduleEnv     = "env"
	modulePreview = "wasi_snapshot_preview1"
	moduleOldWASI = "wasi_unstable"
)

// wasiOld are the WASI functions that every Envoy with Wasm has.
var wasiOld = strings.Fields(`fd_write fd_read fd_seek fd_close fd_fdstat_get fd_fdstat_set_flags
	environ_get environ_sizes_get args_get args_sizes_get clock_time_get random_get sched_yield
	poll_oneoff proc_exit path_open fd_prestat_get fd_prestat_dir_name`)

// wasiNew are those that came with Envoy 1.39.
var wasiNew = strings.Fields(`fd_fdstat_set_rights clock_res_get fd_advise fd_allocate fd_datasync
	fd_filestat_set_size fd_filestat_set_times fd_pread fd_pwrite fd_readdir fd_renumber fd_sync
	fd_tell path_create_directory path_filestat_set_times path_link path_readlink
	path_remove_directory path_rename path_symlink path_unlink_file sock_accept sock_recv sock_send
	sock_shutdown path_filestat_get fd_filestat_get`)

// envFunctions are the host functions of Proxy-Wasm that every gateway has for
// every version of the ABI.
var envFunctions = strings.Fields(`proxy_log proxy_get_status proxy_set_property proxy_get_property
	proxy_send_local_response proxy_get_shared_data proxy_set_shared_data proxy_register_shared_queue
	proxy_resolve_shared_queue proxy_dequeue_shared_queue proxy_enqueue_shared_queue
	proxy_get_header_map_value proxy_add_header_map_value proxy_replace_header_map_value
	proxy_remove_header_map_value proxy_get_header_map_pairs proxy_set_header_map_pairs
	proxy_get_header_map_size proxy_get_buffer_status proxy_get_buffer_bytes proxy_set_buffer_bytes
	proxy_http_call proxy_grpc_call proxy_grpc_stream proxy_grpc_close proxy_grpc_cancel
	proxy_grpc_send proxy_set_tick_period_milliseconds proxy_get_current_time_nanoseconds
	proxy_define_metric proxy_increment_metric proxy_record_metric proxy_get_metric
	proxy_set_effective_context proxy_done proxy_call_foreign_function
	pthread_equal emscripten_notify_memory_growth`)

// envByABI are those that depend on the version that the module exports.
var envByABI = map[string][]string{
	"proxy_get_configuration": {abi010},
	"proxy_continue_request":  {abi010},
	"proxy_continue_response": {abi010},
	"proxy_clear_route_cache": {abi010},
	"proxy_continue_stream":   {abi020, abi021, abi02100},
	"proxy_close_stream":      {abi020, abi021, abi02100},
	"proxy_get_log_level":     {abi021, abi02100},
}

// higressFunctions are those that only Higress has.
var higressFunctions = strings.Fields(`proxy_redis_init proxy_redis_call
	proxy_inject_encoded_data_to_filter_chain proxy_get_upstream_hosts proxy_set_upstream_override_host`)

// availability says which gateways offer an import.
type availability int

const (
	nowhere  availability = iota
	sinceOld              // every gateway
	since139              // Envoy 1.39 and later, the embedded gateway
	higress               // Higress and the embedded gateway
)

// gateways is the availability in words.
func (a availability) gateways() []string {
	switch a {
	case sinceOld:
		return []string{"envoy >=1.36", "higress"}
	case since139:
		return []string{"envoy >=1.39"}
	case higress:
		return []string{"higress"}
	default:
		return nil
	}
}

// availabilityOf says which gateways offer an import to a module of this ABI.
func availabilityOf(i wasm.Import, abi string) availability {
	switch i.Kind {
	case wasm.ExternFunc:
	case wasm.ExternMemory, wasm.ExternTable:
		return sinceOld // the host makes one
	default:
		return nowhere
	}
	switch i.Module {
	case modulePreview, moduleOldWASI:
		return wasiAvailability(i.Name)
	case moduleEnv:
		return envAvailability(i.Name, abi)
	default:
		return nowhere
	}
}

func wasiAvailability(name string) availability {
	switch {
	case slices.Contains(wasiOld, name):
		return sinceOld
	case slices.Contains(wasiNew, name):
		return since139
	default:
		return nowhere
	}
}

func envAvailability(name, abi string) availability {
	versions, depends := envByABI[name]
	switch {
	case slices.Contains(envFunctions, name), depends && slices.Contains(versions, abi):
		return sinceOld
	case slices.Contains(higressFunctions, name):
		return higress
	default:
		return nowhere
	}
}

// Lacks says whether the gateway is known not to have a host function of
// Proxy-Wasm, such as "proxy_redis_call". Any lacks none that some gateway has.
func (t Target) Lacks(function string) bool {
	switch envAvailability(function, abi021) {
	case sinceOld:
		return false
	case higress:
		return slices.Contains(stockTargets, t)
	default:
		return true
	}
}

// closable says whether an import is a WASI function that gateways before
// Envoy 1.39 lack. To answer that it is not implemented is always allowed.
func closable(i wasm.Import) bool {
	isWASI := i.Module == modulePreview || i.Module == moduleOldWASI
	return isWASI && i.Kind == wasm.ExternFunc && !slices.Contains(wasiOld, i.Name)
}
