package istio

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// TestReload: configurations, tags and what a tag names change under load. No
// request fails, no connection ends.
func TestReload(t *testing.T) {
	s := chain.StartStack(t, chain.StartLite(t))
	image := s.Image("lab/versioned")
	base := s.Build(filepath.Join(chain.Module(t), "plugin"))
	push := func(n int, tag string) { s.Push(s.WriteVersion(base, n), image+":"+tag) }
	apply := func(tag, message string, more map[string]any) func() {
		return func() {
			s.Apply(chain.WasmPlugin("versioned", "oci://"+image+":"+tag, map[string]any{"message": message}, more))
		}
	}
	var changes []chain.Change
	push(1, "v1")
	apply("v1", "start", nil)()
	s.WaitLabel(chain.Label(1, "start"), changeTime)
	for i := range 8 {
		message := fmt.Sprint("configuration ", i)
		changes = append(changes, chain.Change{Kind: "configuration", Apply: apply("v1", message, nil), Label: chain.Label(1, message)})
	}
	for n := 2; n < 6; n++ {
		tag := fmt.Sprint("v", n)
		push(n, tag)
		changes = append(changes, chain.Change{Kind: "tag", Apply: apply(tag, "tag", nil), Label: chain.Label(n, "tag")})
	}
	for n := 6; n < 8; n++ { // the push belongs to the change
		message := fmt.Sprint("pushed ", n)
		again := apply("moving", message, map[string]any{"imagePullPolicy": "Always"})
		changes = append(changes, chain.Change{Kind: "tag moved", Apply: func() { push(n, "moving"); again() }, Label: chain.Label(n, message)})
	}
	chain.Reload(t, s, 16, changeTime, changes)
}
