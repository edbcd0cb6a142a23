// Package wasm reads and rewrites WebAssembly binaries at the level of their
// sections: enough to say what a module imports and exports, where it comes
// from and how big its parts are, and to turn imported functions into internal
// ones (CloseImports).
//
// It follows the WebAssembly core specification, version 2.0, chapter "Binary
// Format", and skips what it has no use for, so that a module of a later
// version can still be described. It does not validate: a virtual machine does
// that. Input is never trusted: every length is checked against the bytes that
// are there, nothing recurses, and no more memory is reserved than the input
// is long.
package wasm
