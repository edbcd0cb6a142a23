package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// patience bounds a wait; the machine may be busy.
const patience = 90 * time.Second

// command is the sluice binary, built once.
var command = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sluice-e2e-serve-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sluice")
	out, err := exec.Command("go", "build", "-o", path, "github.com/sluiceproxy/sluice/cmd/sluice").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the command: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := command(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// lab is a control plane with what it needs, and Envoys.
type lab struct {
	t        *testing.T
	dir      string // of the resources
	root     string
	code     string // file of the module that is stamped
	gateway  string // file, "" for none
	xds      int
	admin    int
	port     int // of the Envoy's listener
	envoyAdm int
	args     []string // further ones of serve
	registry *httptest.Server
	reg      *registrytest.Registry
	upstream *httptest.Server
	key      *sign.PrivateKey
	serve    *harness.Process
	envoy    *harness.Process
}

// newLab makes a lab with one listener and an upstream that says "up".
func newLab(t *testing.T) *lab {
	root := t.TempDir()
	ports := harness.FreePorts(t, 4)
	l := &lab{t: t, root: root, code: "testdata/stamp.wasm", dir: filepath.Join(root, "resources"), xds: ports[0], admin: ports[1], port: ports[2], envoyAdm: ports[3]}
	if err := os.Mkdir(l.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	l.upstream = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // an error of the client's
		_, _ = io.WriteString(w, "up")
	}))
	t.Cleanup(l.upstream.Close)
	l.gateway = filepath.Join(root, "gateway.yaml")
	l.write(l.gateway, l.gatewayText(""))
	l.reg = registrytest.New()
	l.registry = httptest.NewServer(l.reg)
	t.Cleanup(l.registry.Close)
	return l
}

// gatewayText is an Envoy configuration; filters come before the router.
func (l *lab) gatewayText(filters string) string {
	return fmt.Sprintf(`
static_resources:
  listeners:
  - name: main
    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
    enable_reuse_port: false
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - {name: default/foo, match: {prefix: /foo}, route: {cluster: upstream}}
              - {name: default/bar, match: {prefix: /bar}, route: {cluster: upstream}}
              - {name: all, match: {prefix: /}, route: {cluster: upstream}}
          http_filters:
%s          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: upstream
    type: STATIC
    connect_timeout: 1s
    load_assignment:
      cluster_name: upstream
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %s}}}}]}]
`, l.port, filters, l.upstream.URL[strings.LastIndexByte(l.upstream.URL, ':')+1:])
}

// write replaces a file in one step.
func (l *lab) write(path, text string) {
	l.t.Helper()
	harness.WriteFile(l.t, path, text)
}

// start starts the control plane.
func (l *lab) start() {
	l.t.Helper()
	path, err := command()
	if err != nil {
		l.t.Fatal(err)
	}
	args := append([]string{"serve", l.dir, "--listen", harness.Addr(l.xds), "--admin", harness.Addr(l.admin),
		"--state", filepath.Join(l.root, "state"), "--store", filepath.Join(l.root, "store"), "--plain-http"}, l.args...)
	if l.gateway != "" {
		args = append(args, "--gateway", l.gateway)
	}
	l.serve = harness.Start(l.t, exec.Command(path, args...))
	l.serve.WaitOutput("serving ", patience)
}

// bootstrap is what connects an Envoy.
func (l *lab) bootstrap(args ...string) string {
	l.t.Helper()
	path, err := command()
	if err != nil {
		l.t.Fatal(err)
	}
	args = append([]string{"serve", "--print-bootstrap", "--listen", harness.Addr(l.xds), "--node-admin", harness.Addr(l.envoyAdm), "--node-id", "gw-0"}, args...)
	if l.gateway != "" {
		args = append(args, "--gateway", l.gateway)
	}
	out, err := exec.Command(path, args...).Output()
	if err != nil {
		l.t.Fatalf("%v: %v", args, err)
	}
	return string(out)
}

// startEnvoy starts an Envoy with a bootstrap.
func (l *lab) startEnvoy(e harness.Envoy, bootstrap string) {
	l.t.Helper()
	file := filepath.Join(l.root, "bootstrap.yaml")
	l.write(file, bootstrap)
	l.envoy = harness.Start(l.t, exec.Command(e.Path, "-c", file, "--concurrency", "2", "--disable-hot-restart",
		"--drain-strategy", "immediate", "--drain-time-s", "2", "--log-level", "warning", "--component-log-level", "misc:error"))
}

// url is one of the Envoy's listener.
func (l *lab) url(path string) string { return harness.URL(l.port, path) }

// resource is a WasmPlugin.
func resource(name, url, config string, more ...string) string {
	return fmt.Sprintf("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: %s, namespace: istio-system}\nspec:\n  url: %s\n  pluginConfig: %s\n%s",
		name, url, config, strings.Join(more, ""))
}

// apply writes the resource of a plugin.
func (l *lab) apply(name, url, config string, more ...string) {
	l.t.Helper()
	l.write(filepath.Join(l.dir, name+".yaml"), resource(name, url, config, more...))
}

// stamp writes the module of a version to a file and returns its URL.
func (l *lab) stamp(version string) string {
	l.t.Helper()
	path := filepath.Join(l.root, version+".wasm")
	if err := os.WriteFile(path, l.stampCode(version), 0o644); err != nil {
		l.t.Fatal(err)
	}
	return "file://" + path
}

// stampCode is the module that marks responses with a version of 12 letters.
func (l *lab) stampCode(version string) []byte {
	l.t.Helper()
	code, err := os.ReadFile(l.code)
	if err != nil {
		l.t.Fatal(err)
	}
	if len(version) != len("VERSION-0000") {
		l.t.Fatalf("version %q must have 12 letters", version)
	}
	return bytes.Replace(code, []byte("VERSION-0000"), []byte(version), 1)
}

func ociOptions() oci.Options {
	var o oci.Options
	o.Registry.PlainHTTP = true
	return o
}

// push sends a version to the registry and returns its URL. It is signed if the lab
// has a key.
func (l *lab) push(version string) string { return l.pushSigned(version, l.key) }

func (l *lab) pushSigned(version string, key *sign.PrivateKey) string {
	l.t.Helper()
	file := strings.TrimPrefix(l.stamp(version), "file://")
	image := strings.TrimPrefix(l.registry.URL, "http://") + "/team/stamp:" + strings.ToLower(version)
	place, err := oci.ParsePlace(image)
	if err != nil {
		l.t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := oci.Push(ctx, file, place, nil, oci.PackageOptions{}, ociOptions()); err != nil {
		l.t.Fatal(err)
	}
	if key != nil {
		if _, err := oci.Sign(ctx, place, oci.SignOptions{Key: key}, ociOptions()); err != nil {
			l.t.Fatal(err)
		}
	}
	return "oci://" + image
}

// signed has the lab refuse what is not signed with its key.
func (l *lab) signed() {
	l.t.Helper()
	l.key = newKey(l.t)
	file := filepath.Join(l.root, "key.pub")
	l.write(file, string(l.key.Public().PEM()))
	l.args = append(l.args, "--key", file)
}

func newKey(t testing.TB) *sign.PrivateKey {
	t.Helper()
	key, err := sign.Generate(sign.Kinds()[0])
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// status asks the control plane.
func (l *lab) status() *serve.Status {
	l.t.Helper()
	s, err := serve.FetchStatus(context.Background(), harness.Addr(l.admin))
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// waitStatus waits until the status is as ok wants.
func (l *lab) waitStatus(what string, ok func(*serve.Status) bool) *serve.Status {
	l.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		s, err := serve.FetchStatus(context.Background(), harness.Addr(l.admin))
		if err == nil && ok(s) {
			return s
		}
		if time.Now().After(deadline) {
			text, _ := json.MarshalIndent(s, "", " ")
			l.t.Fatalf("status: waited in vain for %s: %v\n%s", what, err, text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// waitHeader waits until a header of the response is as wanted.
func (l *lab) waitHeader(path, name, want string) {
	l.t.Helper()
	l.envoy.WaitHTTP(l.url(path), patience, func(r harness.Reply) bool { return r.Status == http.StatusOK && r.Header.Get(name) == want })
}

// onNode is the state of a plugin on the node.
func onNode(s *serve.Status, plugin string) *serve.NodePluginStatus {
	for _, n := range s.Nodes {
		for i := range n.Plugins {
			if n.Connected && n.Plugins[i].Name == plugin {
				return &n.Plugins[i]
			}
		}
	}
	return nil
}
