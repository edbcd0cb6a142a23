// Package vet reads the source of a plugin and finds what compiles and then
// fails on a gateway: a receive that nobody answers ends the VM, time.Sleep
// stops a worker, os.Exit returns, a request that was paused after a failed call
// waits for ever.
//
// It type-checks the packages of the plugin's module as they are built for
// gateways and follows the calls from the callbacks that the plugin registers,
// through closures, method values and interfaces. Code that no callback reaches
// is not judged. Other modules are not looked into.
//
// [Rules] lists what it looks for. A comment
//
//	//sluice:allow RULE reason
//
// at the end of a line, or on the line above it, says that a finding is meant.
package vet
