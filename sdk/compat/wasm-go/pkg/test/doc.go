// Package test is what unit tests of existing plugins are written with. It runs
// the plugin on package proxytest, natively or as Wasm; new tests are better off
// with the SDK's package plugintest, which models Envoy.
package test
