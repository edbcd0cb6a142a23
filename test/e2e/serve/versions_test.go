package serve

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// discovered is a filter that an operator's own configuration names.
func discovered(source string) string {
	return fmt.Sprintf(`          - name: istio-system.stamp
            config_discovery:
              config_source: {%s, resource_api_version: V3, initial_fetch_timeout: 0s}
              type_urls:
              - type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              - type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
`, source)
}

// own makes the lab one whose Envoy has its own listeners, in a bootstrap that
// names the plugin.
func (l *lab) own(source string) (bootstrap string) {
	static := l.gatewayText(discovered(source))
	l.gateway = ""
	connects := l.bootstrap()
	cluster := connects[strings.Index(connects, "static_resources:\n  clusters:\n")+len("static_resources:\n  clusters:\n"):]
	rest := connects[:strings.Index(connects, "static_resources:")]
	return rest + static + cluster
}

// TestOwnListeners: an Envoy with a configuration of its own asks for the plugins
// that this names, on each version of Envoy, in each form of the protocol. Removing
// the resource takes the plugin out.
func TestOwnListeners(t *testing.T) {
	for _, e := range harness.Envoys(t) {
		t.Run(e.String(), func(t *testing.T) {
			for _, form := range []string{"GRPC", "DELTA_GRPC"} {
				t.Run(form, func(t *testing.T) { ownListeners(t, e, form) })
			}
		})
	}
}

func ownListeners(t *testing.T, e harness.Envoy, form string) {
	l := newLab(t)
	url := l.stamp("VERSION-0001")
	l.apply("stamp", url, `{"v":"1"}`)
	bootstrap := strings.Replace(l.own("ads: {}"), "api_type: GRPC", "api_type: "+form, 1)
	l.start()
	l.startEnvoy(e, bootstrap)
	l.waitHeader("/", "X-Config", `{"v":"1"}`)
	l.apply("stamp", url, `{"v":"2"}`)
	l.waitHeader("/", "X-Config", `{"v":"2"}`)
	s := l.waitStatus("the version", func(s *serve.Status) bool {
		p := onNode(s, "istio-system.stamp")
		return p != nil && p.State == "running" && p.RunningVersion != nil && p.Running == s.Plugins[0].Wanted.Version
	})
	if got := s.Nodes[0].Version; got != e.Version {
		t.Errorf("status says Envoy %s", got)
	}
	loads := l.loads()
	l.serve.Signal(killed)
	l.serve.Wait(patience)
	l.start()
	l.waitStatus("the node again", func(s *serve.Status) bool { return onNode(s, "istio-system.stamp") != nil })
	if got := l.loads(); got != loads {
		t.Errorf("loaded again: %s, before %s", got, loads)
	}
	if err := os.Remove(filepath.Join(l.dir, "stamp.yaml")); err != nil {
		t.Fatal(err)
	}
	l.envoy.WaitHTTP(l.url("/"), patience, func(r harness.Reply) bool { return r.Status == http.StatusOK && r.Header.Get("X-Code") == "" })
}

// fileBootstrap is that of an Envoy that reads what it shall have from a directory.
func (l *lab) fileBootstrap(out string) string {
	return fmt.Sprintf(`
node: {id: files, cluster: files}
admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
dynamic_resources:
  lds_config: {path_config_source: {path: %s}, resource_api_version: V3}
  cds_config: {path_config_source: {path: %s}, resource_api_version: V3}
`, l.envoyAdm, filepath.Join(out, "lds.json"), filepath.Join(out, "cds.json"))
}

// TestFiles: the same as files, for an Envoy that reads them.
func TestFiles(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	out := filepath.Join(l.root, "out")
	l.args = []string{"--out", out, "--listen", "off"}
	url := l.stamp("VERSION-0001")
	l.apply("stamp", url, `{"v":"1"}`)
	l.start()
	l.startEnvoy(e, l.fileBootstrap(out))
	l.waitHeader("/", "X-Config", `{"v":"1"}`)
	l.apply("stamp", url, `{"v":"2"}`)
	l.waitHeader("/", "X-Config", `{"v":"2"}`)
	l.apply("stamp", l.stamp("VERSION-0002"), `{"v":"2"}`)
	l.waitHeader("/", "X-Code", "VERSION-0002")
	l.apply("two", url, `{"v":"two"}`)
	l.waitOrder(`{"v":"two"}`, `{"v":"2"}`)
}
