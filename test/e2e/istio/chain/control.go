package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Control is a control plane.
type Control interface {
	// XDS is the address to which agents connect.
	XDS() string
	// Apply creates or changes resources, which are in YAML.
	Apply(yaml string) error
	// Delete removes resources that may be there.
	Delete(yaml string) error
}

// Patches are the environment variables without which Istio's control plane
// gives proxies two filters that only Istio's own build of Envoy has.
func Patches() []string {
	return []string{"PILOT_ENABLE_METADATA_EXCHANGE=false", "PILOT_ENABLE_ALPN_FILTER=false"}
}

// LiteControl is Istio's control plane with a store in memory.
type LiteControl struct {
	*harness.Process
	xds, http string
}

// StartLite starts an empty control plane.
func StartLite(t testing.TB) *LiteControl {
	t.Helper()
	ports := harness.FreePorts(t, 2)
	l := &LiteControl{xds: harness.Addr(ports[0]), http: harness.URL(ports[1], "")}
	cmd := exec.Command(Tool(t, Lite), l.xds, harness.Addr(ports[1]))
	cmd.Env = append(os.Environ(), Patches()...)
	cmd.Dir = t.TempDir()
	l.Process = harness.Start(t, cmd)
	l.WaitHTTP(l.http+"/ready", time.Minute, nil)
	return l
}

// XDS is the address to which agents connect.
func (l *LiteControl) XDS() string { return l.xds }

// Apply creates or changes resources.
func (l *LiteControl) Apply(yaml string) error { return l.post("/apply", yaml) }

// Delete removes resources.
func (l *LiteControl) Delete(yaml string) error { return l.post("/delete", yaml) }

func (l *LiteControl) post(path, body string) error {
	resp, err := http.Post(l.http+path, "application/yaml", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if resp.StatusCode != http.StatusOK {
		err = errors.Join(err, fmt.Errorf("the control plane answers %s: %s", resp.Status, text))
	}
	return err
}

// Resource returns a resource in YAML. JSON is YAML.
func Resource(apiVersion, kind, namespace, name string, spec map[string]any) string {
	text, err := json.Marshal(map[string]any{
		"apiVersion": apiVersion, "kind": kind, "spec": spec,
		"metadata": map[string]any{"name": name, "namespace": namespace},
	})
	if err != nil {
		panic(fmt.Sprintf("a test's resource: %v", err)) // of maps, texts and numbers
	}
	return string(text) + "\n---\n"
}
