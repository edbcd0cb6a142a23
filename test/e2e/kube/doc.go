// Package kube runs the command's verbs for Kubernetes against a real API server:
// kube-apiserver, which this module builds as a tool, on Debian's etcd. It is a
// module of its own, so that nothing of Kubernetes itself gets into the root one.
package kube
