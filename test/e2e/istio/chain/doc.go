// Package chain starts what a plugin passes on its way through Istio, each a
// real program on free ports of its own: the sluice command, a registry, a
// control plane, Istio's proxy agent with Envoy. It sends requests while things
// change, and has the table of what Istio does on each failure.
package chain
