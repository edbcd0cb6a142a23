// Package wasmplugin reads and writes the resources that say which plugin runs
// where: WasmPlugin of Istio (extensions.istio.io/v1alpha1) and of Higress
// (extensions.higress.io/v1alpha1), TrafficExtension of Istio and
// EnvoyExtensionPolicy of Envoy Gateway. All of them become one form, [Plugin],
// and are written from it. It reaches no network.
package wasmplugin
