// Package properties reads the properties that Envoy, Istio and Higress offer
// to plugins, one function each. Which of them exist depends on the gateway and
// on the phase: the error is [types.ErrorStatusNotFound] where one doesn't.
//
// The names of properties are those of Envoy's attributes:
// https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes
package properties
