// Command empty is the smallest module that a Proxy-Wasm host accepts: it says
// which ABI it speaks, gives memory to the host, and does nothing.
package main

import "unsafe"

func main() {}

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}

// given keeps what the host was given out of the garbage collector's reach.
var given [][]byte

//go:wasmexport proxy_on_memory_allocate
func allocate(size uint32) unsafe.Pointer {
	block := make([]byte, max(size, 1))
	given = append(given, block)
	return unsafe.Pointer(unsafe.SliceData(block))
}
