// Package build takes a plugin from source to a .wasm file that gateways load,
// and says of any file whether they would.
//
// Build runs the Go toolchain, closes what older gateways do not have and
// checks the result. Inspect describes a module; Check answers for one gateway
// in one line. Neither knows anything of the SDK: a plugin is known by its
// imports and exports alone.
package build
