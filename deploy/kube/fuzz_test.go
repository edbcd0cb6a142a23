package kube_test

import (
	"testing"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// FuzzObjects has texts of files and of clusters: none of them ends the process, and
// what was read can be written.
func FuzzObjects(f *testing.F) {
	f.Add("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a}\n---\n{}\n")
	f.Add(`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"extensions.higress.io/v1alpha1","kind":"WasmPlugin","metadata":{"name":1}}]}`)
	f.Add(`{"apiVersion":"gateway.envoyproxy.io/v1alpha1","kind":"EnvoyExtensionPolicy","metadata":{"name":"x","annotations":7},"status":{"ancestors":[{"conditions":[{"observedGeneration":"1"}]}]}}`)
	f.Add("&a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = kube.ReadNamed([]byte(text))
		all, err := kube.ParseObjects([]byte(text))
		if err != nil {
			return
		}
		for _, o := range all {
			_ = o.Conditions()
			_ = o.Ours()
			if _, err := o.Annotate(map[string]string{"a": "b"}).In("team").YAML(); err != nil {
				t.Errorf("%q was read and can't be written: %v", text, err)
			}
		}
	})
}
