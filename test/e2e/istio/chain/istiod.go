package chain

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Istiod is Istio's control plane as it is deployed, below an API server.
type Istiod struct {
	*harness.Process
	*Kube
	xds, secure, debug string
}

// StartIstiod applies Istio's kinds to an API server and starts istiod below it.
func StartIstiod(t testing.TB, k *Kube) *Istiod {
	t.Helper()
	crds, err := os.ReadFile(filepath.Join(Source(t, "istio.io/api"), "kubernetes", "customresourcedefinitions.gen.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Apply(`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "` + Namespace + `"}}` + "\n---\n" + string(crds)); err != nil {
		t.Fatal(err)
	}
	k.wait("/apis/extensions.istio.io/v1alpha1/wasmplugins")
	ports := harness.FreePorts(t, 5)
	i := &Istiod{Kube: k, xds: harness.Addr(ports[0]), secure: harness.Addr(ports[1]), debug: harness.Addr(ports[4])}
	dir := t.TempDir()
	mesh := filepath.Join(dir, "mesh.yaml")
	write(t, mesh, `{"trustDomain": "cluster.local", "enableAutoMtls": false, "defaultConfig": {"discoveryAddress": "`+i.xds+`", "controlPlaneAuthPolicy": "NONE"}}`)
	cmd := exec.Command(Tool(t, Discovery), "discovery", "--kubeconfig", k.Config, "--registries", "Kubernetes", "--meshConfig", mesh,
		"--grpcAddr", i.xds, "--secureGRPCAddr", i.secure, "--httpAddr", harness.Addr(ports[2]), "--httpsAddr", harness.Addr(ports[3]),
		"--monitoringAddr", i.debug, "--ctrlz_port", "0", "--namespace", Namespace)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), Patches()...), "POD_NAME=istiod-0", "POD_NAMESPACE="+Namespace)
	i.Process = harness.Start(t, cmd)
	i.WaitHTTP(harness.URL(ports[2], "/ready"), 2*time.Minute, nil)
	return i
}

// Debug is the address where it tells what proxies have.
func (i *Istiod) Debug() string { return i.debug }

// XDS is the address to which agents without certificates connect.
func (i *Istiod) XDS() string { return i.xds }
