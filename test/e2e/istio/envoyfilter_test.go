package istio

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}
	post := func(want int, body string) {
		t.Helper()
		var last string
		for deadline := time.Now().Add(changeTime); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
			resp, err := client.Post(s.Gateway.URL("/"), "text/plain", strings.NewReader("hello"))
			if err != nil { // the listener is being replaced
				last = err.Error()
				continue
			}
			text, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if last = fmt.Sprintf("%s %q", resp.Status, text); resp.StatusCode == want && strings.Contains(last, body) {
				return
			}
		}
		t.Fatalf("a request with a body gets %s, want %d %q", last, want, body)
	}
	s.Apply(resource)
	post(http.StatusInternalServerError, "")
	s.Gateway.WaitOutput("allow_on_headers_stop_iteration", changeTime)
	s.Delete(resource)
	post(http.StatusOK, "upstream")
	s.Write("body.yaml", []byte(strings.TrimSuffix(resource, "---\n")))
	s.Apply(s.Run("gen", "envoyfilter", "body.yaml", "--plain-http", "--selector", "istio=ingressgateway"))
	post(http.StatusOK, "seen: hello")
}
