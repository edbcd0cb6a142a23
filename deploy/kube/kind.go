package kube

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Kinds are those that are read and written, in the order in which a name without
// a kind is looked for.
func Kinds() []wasmplugin.Kind {
	return []wasmplugin.Kind{wasmplugin.Istio, wasmplugin.Higress, wasmplugin.TrafficExtension, wasmplugin.EnvoyGateway}
}

// resourceOf is where the API server has a kind, and what it calls it.
func resourceOf(kind wasmplugin.Kind) (schema.GroupVersionResource, string, error) {
	switch kind {
	case wasmplugin.Istio:
		return resource("extensions.istio.io", "v1alpha1", "wasmplugins"), "WasmPlugin", nil
	case wasmplugin.Higress:
		return resource("extensions.higress.io", "v1alpha1", "wasmplugins"), "WasmPlugin", nil
	case wasmplugin.TrafficExtension:
		return resource("extensions.istio.io", "v1alpha1", "trafficextensions"), "TrafficExtension", nil
	case wasmplugin.EnvoyGateway:
		return resource("gateway.envoyproxy.io", "v1alpha1", "envoyextensionpolicies"), "EnvoyExtensionPolicy", nil
	default:
		return schema.GroupVersionResource{}, "", fmt.Errorf("%q is no kind of resource that runs plugins", kind)
	}
}

func resource(group, version, name string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: group, Version: version, Resource: name}
}

// kindOf is the kind that a document says it is.
func kindOf(apiVersion, kind string) (wasmplugin.Kind, bool) {
	for _, k := range Kinds() {
		r, name, _ := resourceOf(k)
		if r.GroupVersion().String() == apiVersion && name == kind {
			return k, true
		}
	}
	return "", false
}

// cure says how a cluster gets a kind.
func cure(kind wasmplugin.Kind) string {
	switch kind {
	case wasmplugin.Istio:
		return "install Istio's base chart, or ask for another kind with --for"
	case wasmplugin.TrafficExtension:
		return "it comes with Istio 1.30 and later; --for istio is taken by all"
	case wasmplugin.Higress:
		return "install Higress, or ask for another kind with --for"
	default:
		return "install Envoy Gateway, or ask for another kind with --for"
	}
}
