// Package upstream keeps named clusters: where a name leads, how to send an HTTP
// request there, and how to talk RESP to a Redis server behind it.
//
// The same set of clusters serves the gateway (RoundTripper) and the plugins'
// callouts (it implements host.Caller), so that a name means one thing.
package upstream
