// Package wasmabi lets package emulator run a plugin as Wasm: it translates
// between the ABI's bytes in a module's memory and the host that answers. It knows
// no engine; one gives it an Instance and links the Functions.
package wasmabi

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// Host answers a plugin's host functions.
type Host = abi.Host

// Instance is a module that an engine runs.
type Instance interface {
	// Exports says whether the module has a function of that name.
	Exports(name string) bool
	// Call runs an exported function; its result is 0 where it has none. An error
	// is a trap: the instance is not to be used again.
	Call(name string, args ...uint64) (uint64, error)
	// Read returns a part of the memory, and false where that is not all inside.
	Read(offset, size uint32) ([]byte, bool)
	// Write changes a part of the memory, or reports false.
	Write(offset uint32, data []byte) bool
	// Close ends the instance.
	Close() error
}

// Function is one host function, of the import module "env".
type Function struct {
	// Name is what the module imports.
	Name string
	// Params has a letter for each parameter: i for 32 bits, I for 64.
	Params string
	// Call runs it and returns its status, a 32-bit number.
	Call func(in Instance, args []uint64) uint32
}
