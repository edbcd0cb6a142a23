// Package trace follows a plugin from the wasm file to a request, in ten steps, and
// says of each whether it is done, what shows that, and what to do if it is not. It
// is the loop behind "sluice trace".
//
//	t := trace.New(trace.Options{Files: files, Server: "http://127.0.0.1:18001"})
//	report, err := t.Look(ctx)
//
// It only asks: the registry, the control plane ("sluice serve", or a Kubernetes
// cluster and its istiod), Envoy's admin endpoint, and one request through Envoy. A
// step that fails keeps no later one from being asked.
package trace
