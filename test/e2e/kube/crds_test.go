package kube

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "istio.io/api/extensions/v1alpha1" // its module has the CRDs

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// gatewayModule has Envoy Gateway's CRDs. It is no requirement of this module: it
// would bring its own versions of Kubernetes' modules.
const gatewayModule = "github.com/envoyproxy/gateway@v1.9.1"

// addCRDs makes the server have the kinds of Istio and Higress.
func (s *server) addCRDs() {
	s.t.Helper()
	istio, err := os.ReadFile(filepath.Join(moduleDir(s.t, "go", "list", "-m", "-json", "istio.io/api"), "kubernetes", "customresourcedefinitions.gen.yaml"))
	must(s.t, err)
	for _, doc := range strings.Split(string(istio), "\n---\n") {
		if strings.Contains(doc, "group: extensions.istio.io") {
			s.addCRD(doc)
		}
	}
	higress, err := os.ReadFile("testdata/higress.yaml")
	must(s.t, err)
	s.addCRD(string(higress))
	for _, path := range []string{"extensions.istio.io/v1alpha1/wasmplugins", "extensions.istio.io/v1alpha1/trafficextensions", "extensions.higress.io/v1alpha1/wasmplugins"} {
		s.awaitKind(path)
	}
}

// addGatewayCRD makes the server have Envoy Gateway's kind.
func (s *server) addGatewayCRD(t *testing.T) {
	t.Helper()
	dir := moduleDir(t, "go", "mod", "download", "-json", gatewayModule)
	crd, err := os.ReadFile(filepath.Join(dir, "charts/gateway-crds-helm/templates/generated/gateway.envoyproxy.io_envoyextensionpolicies.yaml"))
	must(t, err)
	text := regexp.MustCompile(`(?m)^.*\{\{.*\}\}.*\n`).ReplaceAllString(string(crd), "") // the chart's conditions
	s.addCRD(text)
	s.awaitKind("gateway.envoyproxy.io/v1alpha1/envoyextensionpolicies")
}

var crdName = regexp.MustCompile(`(?m)^  name: ([a-z.]+)$`)

func (s *server) addCRD(doc string) {
	s.t.Helper()
	name := crdName.FindStringSubmatch(doc)
	if name == nil {
		s.t.Fatalf("this CRD has no name:\n%.400s", doc)
	}
	s.applyAs("test", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"+name[1], doc)
}

// awaitKind waits until the server takes objects of a kind.
func (s *server) awaitKind(path string) {
	s.t.Helper()
	for range 300 {
		if code, _ := s.try(http.MethodGet, "/apis/"+path, "", nil); code == http.StatusOK {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Fatalf("the API server does not serve %s", path)
}

// moduleDir is where a command of Go says that a module is.
func moduleDir(t *testing.T, command ...string) string {
	t.Helper()
	out, err := exec.Command(command[0], command[1:]...).Output()
	var m struct{ Dir, Error string }
	_ = json.Unmarshal(out, &m)
	if err != nil || m.Dir == "" {
		harness.Missing(t, command[len(command)-1], "the module can't be had: "+m.Error)
	}
	return m.Dir
}
