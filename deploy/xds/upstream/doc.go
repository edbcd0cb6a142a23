// Package upstream is the other side of a control plane: a client that asks one,
// over delta ADS, for what an Envoy asks a server in this process for. With package
// xds for the Envoy's side it makes a relay, and it knows where in a resource the
// Wasm code is, so that the relay can put a local file there.
package upstream
