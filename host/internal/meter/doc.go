// Package meter rewrites a WebAssembly module so that guest code which runs long
// comes back to the host from time to time.
//
// A counter, a global of the module, is taken down at each turn of a loop and at
// each call that no loop covers. When it is used up, an imported function is
// called, which may end the guest (by a trap) and says how far to count next
// time. Code that never gets there can't run for ever: without loops and calls a
// function ends.
//
// Nothing else changes for the guest. Function indices move up by one behind the
// imports. Names of functions are kept, other custom sections are left out: the
// offsets in those for debuggers would be wrong.
//
// The package reads the binary format as far as it has to. It checks each length
// and index that it follows, but it is no validator: that is the work of the
// engine, which gets the result.
package meter
