// Command bench measures what a plugin adds to a request on a real Envoy: CPU
// time of the whole Envoy process, latency, memory, and the time from start to
// listening. Every side of a scenario runs in an Envoy of its own; the rounds of
// all sides are interleaved in random order, so that what else the machine does
// hits each alike, and medians and ratios are reported.
//
// CPU time is what can be trusted: it comes from the scheduler's own count of
// the process (Linux only), while throughput and latency depend on what else
// runs. Numbers compare inside one run only.
//
// The floor of a scenario is a module written by hand in WebAssembly text that
// does the same visible work and nothing else. It is assembled by wat2wasm of
// the WebAssembly Binary Toolkit (Debian: wabt).
//
//	go run ./test/bench -scenarios hello,read -rounds 7 -md table.md
package main
