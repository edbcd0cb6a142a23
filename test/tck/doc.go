// Package tck is a conformance kit for hosts of Proxy-Wasm plugins. It asks a
// host what its host calls answer, in every phase, and compares that with what
// a real Envoy answered.
//
// A host author builds the kit's plugin (BuildPlugin), starts the servers that
// stand behind the host (StartBackends), gives both to the host, and calls Run
// with the host's address:
//
//	func TestHost(t *testing.T) {
//		backends := tck.StartBackends(t, tck.Addresses{})
//		url := startMyHost(t, tck.BuildPlugin(t), backends)
//		tck.Run(t, url, tck.Options{Backends: backends})
//	}
//
// Each phase is a subtest and each call in it a subtest of that, so -run picks
// cells. docs/tck.md says what the host must be told, and lists the differences
// that are explained. The calls are data in package cells, the answers are in
// record with the version of the Envoy that gave them.
package tck
