// Package full runs the chain through Istio as it is deployed: a Kubernetes API
// server with etcd, istiod below it, Istio's proxy agent and Envoy. Building all
// of that takes minutes, so it has a target of its own, make e2e-istio-full.
package full
