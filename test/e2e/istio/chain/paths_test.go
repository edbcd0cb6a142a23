package chain

import "testing"

func TestResourcePath(t *testing.T) {
	for resource, want := range map[string]string{
		Resource("networking.istio.io/v1", "ServiceEntry", "a", "b", nil):                                    "/apis/networking.istio.io/v1/namespaces/a/serviceentries/b",
		WasmPlugin("p", "oci://x/y", nil, nil):                                                               "/apis/extensions.istio.io/v1alpha1/namespaces/istio-system/wasmplugins/p",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ns}":                                   "/api/v1/namespaces/ns/secrets/s",
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: ns}":                                              "/api/v1/namespaces/ns",
		"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.y.example}": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x.y.example",
	} {
		if i := len(resource) - len("\n---\n"); i > 0 && resource[i:] == "\n---\n" {
			resource = resource[:i]
		}
		if got, err := resourcePath(resource); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", resource, got, err, want)
		}
	}
	if _, err := resourcePath("{"); err == nil {
		t.Error("half a resource has a path")
	}
}
