// Package gateway is an HTTP server that runs a chain of Proxy-Wasm plugins in
// front of upstreams, so that a plugin shows locally what it does on Envoy.
//
// It speaks HTTP/1.1 and HTTP/2 without TLS (h2c), streams both ways, and adds
// the headers that Envoy adds. Plugins can be replaced while requests run
// (Gateway.Swap): none is lost, and a set that does not load leaves the old one
// serving.
//
// Gateway.ServeTCP does the same for plain connections, with the callbacks that
// plugins have for those. Gateway.AdminHandler shows what plugins count.
//
// Each connection belongs to one of Concurrency workers, and each worker has a
// VM of its own for each plugin, as Envoy's worker threads have. What runs in a
// worker's VMs runs one at a time; nothing that waits for the network does so
// inside a worker.
package gateway
