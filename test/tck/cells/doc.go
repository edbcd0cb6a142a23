// Package cells is the plugin of the conformance table. Built as Wasm it runs
// on gateways, and compiled into a test it runs on sdk/plugintest: one source,
// so that a difference between two answers is a difference between two hosts.
//
// A cell is one Call in one phase. Calls are data: each makes a few host calls
// and returns, as text, the status of each and what it gave. What differs from
// run to run (times, ports, ids) is left out of the text.
//
// The plugin is told what to run by commands, see Control.
package cells
