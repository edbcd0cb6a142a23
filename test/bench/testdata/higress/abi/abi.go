// Package abi makes Envoy take the modules: wasm-go exports only the version
// that Higress' own gateway knows.
package abi

//go:wasmexport proxy_abi_version_0_2_1
func version() {}
