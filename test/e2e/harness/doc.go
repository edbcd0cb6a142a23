// Package harness holds what the end-to-end suites share: finding the engines,
// building a plugin to Wasm, starting processes and stopping them by their
// process id, free ports, and requests to httpbin.
//
// A helper that fails ends the test with the cause; none returns an error for
// the test to drop.
package harness
