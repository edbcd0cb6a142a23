package build

import (
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/build/wasm"
)

func TestAvailability(t *testing.T) {
	const wasi, env = modulePreview, moduleEnv
	for _, tt := range []struct {
		module, name, abi string
		want              availability
		closable          bool
	}{
		{wasi, "fd_write", abi021, sinceOld, false},
		{moduleOldWASI, "fd_write", abi021, sinceOld, false},
		{wasi, "path_filestat_get", abi021, since139, true},
		{moduleOldWASI, "path_filestat_get", abi021, since139, true},
		{wasi, "proc_raise", abi021, nowhere, true},
		{env, "proxy_log", abi021, sinceOld, false},
		{env, "proxy_log", "", sinceOld, false},
		{env, "proxy_get_log_level", abi021, sinceOld, false},
		{env, "proxy_get_log_level", abi020, nowhere, false},
		{env, "proxy_continue_stream", abi020, sinceOld, false},
		{env, "proxy_continue_stream", abi010, nowhere, false},
		{env, "proxy_continue_request", abi010, sinceOld, false},
		{env, "proxy_continue_request", abi021, nowhere, false},
		{env, "proxy_redis_call", abi021, higress, false},
		{env, "fd_write", abi021, nowhere, false},
		{wasi, "proxy_log", abi021, nowhere, true},
		{"other", "proxy_log", abi021, nowhere, false},
	} {
		i := wasm.Import{Module: tt.module, Name: tt.name}
		if got := availabilityOf(i, tt.abi); got != tt.want {
			t.Errorf("%s for %s: %v, want %v", i, tt.abi, got.gateways(), tt.want.gateways())
		}
		if closable(i) != tt.closable {
			t.Errorf("%s: closable is not %t", i, tt.closable)
		}
	}
	for kind, want := range map[wasm.ExternKind]availability{
		wasm.ExternMemory: sinceOld, wasm.ExternTable: sinceOld, wasm.ExternGlobal: nowhere, wasm.ExternTag: nowhere,
	} {
		i := wasm.Import{Module: wasi, Name: "path_link", Kind: kind}
		if availabilityOf(i, abi021) != want || closable(i) {
			t.Errorf("%s %s", kind, i)
		}
	}
}

// TestLists: no function is in two lists, and the one of old gateways has the
// eighteen that every Envoy has.
func TestLists(t *testing.T) {
	if len(wasiOld) != 18 || len(wasiNew) != 27 {
		t.Errorf("%d old and %d new WASI functions", len(wasiOld), len(wasiNew))
	}
	all := slices.Concat(wasiOld, wasiNew, envFunctions, higressFunctions)
	for name := range envByABI {
		all = append(all, name)
	}
	slices.Sort(all)
	if unique := slices.Compact(slices.Clone(all)); len(unique) != len(all) {
		t.Errorf("%d names, %d of them different", len(all), len(unique))
	}
}
