// Command bench measures what a plugin adds to a request on a real Envoy: CPU
// time of the whole Envoy process, latency, memory, and the time to load and to
// change. Every side of a scenario runs in an Envoy of its own; the rounds of
// all sides are interleaved in random order, so that what else the machine does
// hits each alike, and medians and ratios are reported.
//
// CPU time is what can be trusted: it comes from the scheduler's own count of
// the process (Linux only), while throughput and latency depend on what else
// runs. Numbers compare inside one run only.
//
// The floor of a scenario is a module written by hand in WebAssembly text that
// does the same visible work and nothing else. It is assembled by wat2wasm of
// the WebAssembly Binary Toolkit (Debian: wabt). A side whose tool is missing is
// left out, and the report says how to get the tool.
//
//	go run ./test/bench -scenarios hello,read -sides wat,callback   # a table
//	go run ./test/bench -docs docs                                  # all, into docs/performance.md and docs/fleet.md
//	go run ./test/bench -scenarios hello -docs docs                 # one scenario anew, the others stay
//	go run ./test/bench -quick                                      # only what has a budget
//	go run ./test/bench growth -docs docs -curves rules             # curves, into docs/img
//	go run ./test/bench render -docs docs                           # the pages anew from the data
//	go run ./test/bench fleet                                       # what a fleet needs
package main
