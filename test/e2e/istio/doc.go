// Package istio runs the whole chain with Istio itself: a plugin that
// sluice build made, in a registry to which sluice push sent it, named by a
// WasmPlugin, pulled by Istio's proxy agent and run by Envoy. It is a module of
// its own: nothing else should depend on Istio.
//
// The tests here are the quick lane: Istio's control plane has its store in
// memory. Those in package full use an API server, etcd and istiod itself. Both
// share the tools of package chain and the table of cases in it.
package istio
