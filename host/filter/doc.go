// Package filter passes one HTTP exchange through a chain of Proxy-Wasm
// plugins as Envoy's HTTP filter manager does.
//
// A Stream stands between a client and an upstream. The data plane feeds it
// what arrives (OnRequestHeaders, OnResponseData, …) and gives it a Sink that
// takes what leaves. Requests run through the plugins in the order of the
// chain, responses in the reverse order. A plugin may hold a direction back,
// resume it later, change headers, bodies and trailers, or answer in place of
// the upstream.
//
// The rules are those of Envoy 1.40 with allow_on_headers_stop_iteration set,
// each checked against the real binary. Where Envoy misbehaves the package does
// not follow; RULES.md in this folder lists both.
//
// Nothing here blocks, starts a goroutine or takes a lock: all methods are
// called inside host.Worker.Do of the worker that runs the plugins.
package filter
