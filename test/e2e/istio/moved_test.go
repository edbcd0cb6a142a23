package istio

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// still is how long nothing must happen.
const still = 2 * time.Second

// TestMovedTags: which code serves after an image was pushed again under its tag.
func TestMovedTags(t *testing.T) {
	s := chain.StartStack(t, chain.StartLite(t))
	file := s.Build(filepath.Join(chain.Module(t), "plugin"))
	for i, c := range []struct {
		policy any
		tag    string
		code   int
	}{
		{nil, "1.0.0", 1}, {"IfNotPresent", "1.0.0", 1}, {"Always", "1.0.0", 2}, {nil, "latest", 2},
	} {
		t.Run(fmt.Sprint(c.policy, " ", c.tag), func(t *testing.T) {
			image := s.Image(fmt.Sprint("lab/moved", i)) + ":" + c.tag
			apply := func(message string) {
				s.Apply(chain.WasmPlugin("moved", "oci://"+image, map[string]any{"message": message}, map[string]any{"imagePullPolicy": c.policy}))
			}
			s.Push(s.WriteVersion(file, 1), image)
			before := fmt.Sprint("before ", i)
			apply(before)
			s.WaitLabel(chain.Label(1, before), changeTime)
			s.Push(s.WriteVersion(file, 2), image)
			apply(before)
			time.Sleep(still)
			s.WaitLabel(chain.Label(1, before), changeTime)
			after := fmt.Sprint("after ", i)
			apply(after)
			s.WaitLabel(chain.Label(c.code, after), changeTime)
		})
	}
}

// TestOutage: a pull that failed is made again when the resource changes, and not
// before.
func TestOutage(t *testing.T) {
	s := chain.StartStack(t, chain.StartLite(t))
	file := s.Build(filepath.Join(chain.Module(t), "plugin"))
	image := s.Image("lab/outage")
	s.Push(s.WriteVersion(file, 1), image+":v1")
	s.Push(s.WriteVersion(file, 2), image+":v2")
	plugin := func(tag string) string {
		return chain.WasmPlugin("outage", "oci://"+image+":"+tag, map[string]any{"message": "up"}, nil)
	}
	refused := func(r harness.Reply) bool {
		return r.Status == http.StatusForbidden && strings.Contains(string(r.Body), "RBAC: access denied")
	}
	s.Apply(plugin("v1"))
	s.WaitLabel(chain.Label(1, "up"), changeTime)
	s.Registry.Stop()
	s.Apply(plugin("v2"))
	s.Gateway.WaitHTTP(s.Gateway.URL("/"), changeTime, refused)
	s.Registry.Restart(t)
	s.Apply(plugin("v2"))
	time.Sleep(still)
	if r := harness.Get(t, s.Gateway.URL("/")); !refused(r) {
		t.Errorf("after the outage: %s", r)
	}
	s.Apply(strings.Replace(plugin("v2"), `"metadata":{`, `"metadata":{"annotations":{"again":"1"},`, 1))
	s.WaitLabel(chain.Label(2, "up"), changeTime)
	if !strings.Contains(s.Gateway.Output(), "error in converting the wasm config to local") {
		t.Error("the log has not the line that docs/istio.md names")
	}
}
