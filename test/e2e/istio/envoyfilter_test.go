package istio

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// TestEnvoyFilter: a plugin that holds headers back for the body is answered 500 by
// a WasmPlugin, and works as an EnvoyFilter of sluice gen envoyfilter, whose image
// the agent pulls too.
func TestEnvoyFilter(t *testing.T) {
	s := chain.StartStack(t, chain.StartLite(t))
	image := s.Image("lab/body")
	s.Push(s.Build(filepath.Join(chain.Module(t), "body")), image+":v1")
	resource := chain.WasmPlugin("body", "oci://"+image+":v1", nil, nil)
	resource = strings.Replace(resource, `"pluginConfig":null,`, "", 1)
	post := func(want int, body string) {
		t.Helper()
		var last harness.Reply
		for deadline := time.Now().Add(changeTime); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
			req, err := http.NewRequest(http.MethodPost, s.Gateway.URL("/"), strings.NewReader("hello"))
			if err != nil {
				t.Fatal(err)
			}
			if last = harness.Do(t, req); last.Status == want && strings.Contains(string(last.Body), body) {
				return
			}
		}
		t.Fatalf("a request with a body gets %s, want %d %q", last, want, body)
	}
	s.Apply(resource)
	post(http.StatusInternalServerError, "")
	if !strings.Contains(s.Gateway.Output(), "allow_on_headers_stop_iteration") {
		t.Error("the log doesn't name the setting")
	}
	s.Delete(resource)
	post(http.StatusOK, "upstream")
	s.Write("body.yaml", []byte(strings.TrimSuffix(resource, "---\n")))
	s.Apply(s.Run("gen", "envoyfilter", "body.yaml", "--plain-http", "--selector", "istio=ingressgateway"))
	post(http.StatusOK, "seen: hello")
}
