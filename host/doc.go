// Package host runs Proxy-Wasm modules on wazero.
//
// It implements the Proxy-Wasm ABI (0.1.0, 0.2.0, 0.2.1 and the 0.2.100
// dialect of Higress) for a module written in any language, and answers each
// host call as Envoy does: the same status in the same phase. What it knows of
// a plugin is the binary's imports and exports and nothing else.
//
// The order of things:
//
//	Runtime  one per process: wazero and its on-disk compilation cache
//	Module   one per .wasm file: compiled and checked, shared by all VMs
//	Worker   one per serving thread: what runs in its VMs runs one at a time
//	VM       one per module and worker: an instance with its own memory
//	Plugin   one per configuration: the root context inside a VM
//	HTTPContext, TCPContext  one per exchange or connection
//
// A data plane (package gateway has one) implements HTTPStream or TCPStream
// and feeds the contexts with events, all inside Worker.Do.
//
// The guest is never trusted: a pointer, a length or a number that it passes is
// checked, a trap ends its VM and nothing else, and every later call into that
// VM is refused with the error of the trap.
package host
