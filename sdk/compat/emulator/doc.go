// Package emulator is the host that unit tests of existing plugins run against:
// the package proxytest of today's Go SDKs, natively. It plays a host as those
// tests expect it, not as Envoy is: a test steps through the callbacks itself,
// callbacks go on after an answer, headers can be edited in any phase, and
// adding to a header that exists appends to its value.
//
// New tests are better off with package sdk/plugintest, which models Envoy.
package emulator
