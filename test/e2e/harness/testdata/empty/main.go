// Command empty is the smallest module that a Proxy-Wasm host accepts: it says
// which ABI it speaks and does nothing.
package main

func main() {}

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}
