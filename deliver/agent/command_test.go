package agent

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// buildCommand builds the command.
func buildCommand(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sluice")
	if out, err := exec.Command("go", "build", "-o", path, "github.com/sluiceproxy/sluice/cmd/sluice").CombinedOutput(); err != nil {
		t.Fatalf("build the command: %v\n%s", err, out)
	}
	return path
}

// processes are "sluice serve", "sluice agent", a real registry and an Envoy.
type processes struct {
	t                        *testing.T
	dir, sluice              string
	registry, serve, agentAt string // addresses
	admin                    string
	key                      *sign.PrivateKey
	client                   *lab
}

func newProcesses(t *testing.T) *processes {
	t.Helper()
	ports := harness.FreePorts(t, 6)
	p := &processes{
		t: t, dir: t.TempDir(), sluice: buildCommand(t), key: newKey(t), client: &lab{t: t, listen: ports[0], plane: &plane{}},
		registry: harness.Addr(ports[1]), serve: harness.Addr(ports[2]), agentAt: harness.Addr(ports[3]), admin: harness.Addr(ports[4]),
	}
	p.write("key.pub", string(p.key.Public().PEM()))
	p.write("gateway.yaml", fmt.Sprintf(`
static_resources:
  listeners:
  - name: main
    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: main
          http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          route_config:
            virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: up}}}]}]
`, ports[0]))
	p.write("registry.yaml", fmt.Sprintf(`version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: %s}}
http: {addr: %s, secret: test}
`, filepath.Join(p.dir, "images"), p.registry))
	return p
}

func (p *processes) write(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	harness.WriteFile(p.t, path, text)
	return path
}

func (p *processes) startRegistry() *harness.Process {
	p.t.Helper()
	binary, err := exec.LookPath("docker-registry")
	if err != nil {
		harness.Missing(p.t, "docker-registry", "apt-get install docker-registry, or put docker-registry on the PATH")
	}
	r := harness.Start(p.t, exec.Command(binary, "serve", filepath.Join(p.dir, "registry.yaml")))
	r.WaitHTTP("http://"+p.registry+"/v2/", 20*time.Second, func(reply harness.Reply) bool { return reply.Status == http.StatusOK })
	return r
}

func (p *processes) startServe() *harness.Process {
	return p.start("serve", filepath.Join(p.dir, "plugins"), "--gateway", filepath.Join(p.dir, "gateway.yaml"),
		"--listen", p.serve, "--admin", p.admin, "--state", filepath.Join(p.dir, "serve"), "--store", filepath.Join(p.dir, "serve-store"))
}

func (p *processes) startAgent() *harness.Process {
	return p.start("agent", p.serve, "--listen", p.agentAt, "--dir", filepath.Join(p.dir, "agent"), "--store", filepath.Join(p.dir, "agent-store"),
		"--key", filepath.Join(p.dir, "key.pub"))
}

func (p *processes) start(args ...string) *harness.Process {
	p.t.Helper()
	return harness.Start(p.t, exec.Command(p.sluice, append(args, "--plain-http", "--output", "json")...))
}

// startEnvoy starts one with the bootstrap that docs/agent.md shows.
func (p *processes) startEnvoy() *harness.Process {
	p.t.Helper()
	out, err := exec.Command(p.sluice, "serve", "--print-bootstrap", "--gateway", "x", "--listen", p.agentAt, "--node-id", "far", "--node-admin", harness.Addr(harness.FreePort(p.t))).Output()
	if err != nil {
		p.t.Fatal(err)
	}
	file := p.write("bootstrap.yaml", string(out))
	return harness.Start(p.t, exec.Command(harness.OneEnvoy(p.t).Path, "-c", file, "--concurrency", "2", "--log-level", "warning", "--use-dynamic-base-id"))
}

// plugin pushes an image and has the resource name it.
func (p *processes) plugin(mark, config string, signed bool) {
	p.t.Helper()
	ctx := context.Background()
	file := filepath.Join(p.t.TempDir(), "plugin.wasm")
	if err := os.WriteFile(file, envoytest.Probe(mark), 0o600); err != nil {
		p.t.Fatal(err)
	}
	place, err := oci.ParsePlace(p.registry + "/probe:" + mark)
	if err != nil {
		p.t.Fatal(err)
	}
	o := oci.Options{Registry: registry.Options{PlainHTTP: true}}
	if _, err = oci.Push(ctx, file, place, nil, oci.PackageOptions{}, o); err == nil && signed {
		_, err = oci.Sign(ctx, place, oci.SignOptions{Key: p.key}, o)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.resource(mark, config)
}

func (p *processes) resource(tag, config string) {
	p.t.Helper()
	p.write("plugins/probe.yaml", fmt.Sprintf(`
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: probe, namespace: default}
spec: {url: "oci://%s/probe:%s", pluginConfig: {say: %q}}
`, p.registry, tag, config))
}

func config(say string) string { return fmt.Sprintf(`{"say":%q}`, say) }

// TestCommand: "sluice serve", "sluice agent", a real registry and a real Envoy. All
// but the Envoy are killed and come back, and no request fails.
func TestCommand(t *testing.T) {
	p := newProcesses(t)
	images := p.startRegistry()
	p.plugin("one", "a", true)
	server, agent := p.startServe(), p.startAgent()
	p.startEnvoy()
	p.client.serves("one", config("a"))
	stop := p.client.load(2)

	p.plugin("two", "a", true) // new code
	p.client.serves("two", config("a"))
	p.plugin("unsigned", "a", false) // which the agent alone refuses
	agent.WaitOutput("not signed", 60*time.Second)
	p.client.serves("two", config("a"))
	p.resource("two", "b") // and back, with a new configuration
	p.client.serves("two", config("b"))

	kill(images)
	p.resource("two", "c")
	p.client.serves("two", config("c"))
	kill(server)
	time.Sleep(200 * time.Millisecond)
	server = p.startServe()
	p.resource("two", "d")
	p.client.serves("two", config("d"))
	kill(agent)
	time.Sleep(200 * time.Millisecond)
	kill(server)
	agent = p.startAgent() // with nobody to ask
	agent.WaitOutput(`"event":"restored"`, 30*time.Second)
	p.startServe()
	p.resource("two", "e")
	p.client.serves("two", config("e"))
	p.startRegistry()
	p.plugin("three", "e", true)
	p.client.serves("three", config("e"))

	if sent, failed := stop(); failed > 0 || sent == 0 {
		t.Errorf("%d of %d requests failed", failed, sent)
	} else {
		t.Logf("%d requests", sent)
	}
	agent.Signal(syscall.SIGTERM)
	if code := agent.Wait(20 * time.Second); code != 0 && code != 130 {
		t.Errorf("exit code %d", code)
	}
	for _, line := range strings.Split(strings.TrimSpace(agent.Output()), "\n") {
		if !strings.HasPrefix(line, `{"event":"`) {
			t.Errorf("no event: %s", line)
		}
	}
}

// kill ends a process without a word.
func kill(p *harness.Process) {
	p.Signal(os.Kill)
	<-p.Done()
}
