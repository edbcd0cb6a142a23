// Package plugintest runs one test body on four engines: the plugin compiled
// into the test itself, the plugin's Wasm module on wazero's compiler and on its
// interpreter, and the same module on a real Envoy.
//
//	func TestAddsTheHeader(t *testing.T) {
//		plugintest.Run(t, plugintest.Plugin{Config: `{"key":"x"}`}, func(t *testing.T, gw *plugintest.Gateway) {
//			gw.Get("/").WantStatus(200)
//			gw.Backend.Only().WantHeader("hello", "world")
//		})
//	}
//
// The test is in the plugin's own package, which registers the plugin in init.
// Around the plugin there is a whole gateway: a client that can send anything, a
// backend that notes what reaches it and answers as the test says, services that
// the plugin calls, Redis, logs, metrics.
//
// $SLUICE_ENGINES chooses engines, such as "native,envoy"; without it all four
// are used. Where there is no Envoy its part is skipped, or fails if
// $SLUICE_STRICT is 1. What an engine can't do is in [Lacks].
//
// Package sdk/plugintest, which this one uses for the native engine, is enough
// for a test that looks into the middle of an exchange.
package plugintest
