// Package gen renders configuration of gateways from plugins: a whole Envoy
// configuration, resources of the extension discovery service (ECDS) with the
// filters that use them, a compose file, and Istio's EnvoyFilter. Resources that
// ask for a plugin are package wasmplugin's.
//
// It renders text and nothing else: it reads no module and writes no file.
package gen
