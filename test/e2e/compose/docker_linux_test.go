package compose

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// howToGetDocker is what a skipped Docker test tells.
const howToGetDocker = "as root: apt-get install --no-install-recommends docker.io docker-compose iptables"

// setup is what the test outside the namespaces prepared for the one inside.
type setup struct {
	Dir          string   // scratch directory
	Project      string   // directory with the files of the root and main.wasm
	Compose      []string // command line of Docker Compose
	Envoy        string   // the Envoy binary
	EnvoyImage   string   // the name that the compose file gives its image
	Httpbin      string   // a static go-httpbin
	HttpbinImage string   // the name that the compose file gives its image
}

// readSetup returns the setup of a test that runs inside namespaces, and
// whether this one does.
func readSetup(t *testing.T) (setup, bool) {
	t.Helper()
	var s setup
	path := os.Getenv(setupVariable)
	if path == "" {
		return s, false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s, true
}

// prepare checks that Docker can run here, and builds everything that needs
// the network or the Go toolchain.
func prepare(t *testing.T) setup {
	t.Helper()
	if os.Getenv("SLUICE_DOCKER") != "1" {
		t.Skip("set SLUICE_DOCKER=1 to start Docker in namespaces of its own (root only)")
	}
	needDocker(t)
	s := setup{Dir: t.TempDir(), Compose: composeCommand(t), Envoy: harness.OneEnvoy(t).Path}
	s.Project = filepath.Join(s.Dir, "sluice")
	if err := os.Mkdir(s.Project, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"docker-compose.yaml", "envoy.yaml"} {
		harness.WriteFile(t, filepath.Join(s.Project, name), harness.ReadFile(t, name))
	}
	if err := os.Rename(harness.BuildPlugin(t, plugin), filepath.Join(s.Project, "main.wasm")); err != nil {
		t.Fatal(err)
	}
	s.Httpbin = buildHttpbin(t, s.Dir)
	p, err := load(loader(t), filepath.Join(s.Project, "docker-compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s.EnvoyImage, s.HttpbinImage = p.Services["envoy"].Image, p.Services["httpbin"].Image
	return s
}

// needDocker ends the test when what starts Docker is not there.
func needDocker(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		harness.Missing(t, "root, who may start a Docker daemon", howToGetDocker)
	}
	for _, program := range []string{"dockerd", "iptables", "unshare", "ldd"} {
		if _, err := exec.LookPath(program); err != nil {
			harness.Missing(t, program, howToGetDocker)
		}
	}
}

// composeCommand returns the command line of Docker Compose: a docker-compose
// on the PATH, or the plugin of docker.
func composeCommand(t *testing.T) []string {
	t.Helper()
	if _, err := exec.LookPath("docker-compose"); err == nil {
		return []string{"docker-compose"}
	}
	if exec.Command("docker", "compose", "version").Run() != nil {
		harness.Missing(t, "Docker Compose", howToGetDocker)
	}
	return []string{"docker", "compose"}
}

// buildHttpbin compiles go-httpbin, the program of the public image, without
// libc, and returns its path.
func buildHttpbin(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "go-httpbin")
	cmd := exec.Command("go", "build", "-o", path, "github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build go-httpbin: %v\n%s", err, out)
	}
	return path
}

// TestComposeUp does what the guide tells the reader to do: docker compose up,
// two requests, a changed configuration, one more request.
func TestComposeUp(t *testing.T) {
	if s, ok := readSetup(t); ok {
		composeUp(t, s)
		return
	}
	s := prepare(t)
	ns := enter(t, s, "TestComposeUp")
	if code := ns.Wait(5 * time.Minute); code != 0 {
		t.Errorf("inside: exit code %d", code)
	}
	t.Logf("inside:\n%s", ns.Output())
	if left := ns.left(); len(left) != 0 {
		t.Errorf("processes left behind: %v", left)
	}
}

// composeUp is TestComposeUp inside its namespaces.
func composeUp(t *testing.T, s setup) {
	d := startDocker(t, s)
	d.load(t, s.EnvoyImage, envoyImage(t, s.Envoy))
	d.load(t, s.HttpbinImage, httpbinImage(t, s.Httpbin))
	d.compose(t, s, "up", "-d")
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("logs:\n%s", d.compose(t, s, "logs", "--no-color"))
		}
	})

	const direct, through = "http://127.0.0.1:12345/get", "http://127.0.0.1:10000/get"
	echo := harness.ParseEcho(t, harness.WaitHTTP(t, direct, time.Minute, nil))
	if got := echo.Header("Hello"); got != "" || echo.URL != direct {
		t.Errorf("past the gateway: header Hello %q, url %q", got, echo.URL)
	}
	checkThrough(t, harness.ParseEcho(t, harness.WaitHTTP(t, through, time.Minute, nil)), through)

	config := filepath.Join(s.Project, "envoy.yaml")
	harness.WriteFile(t, config, mock(t, harness.ReadFile(t, "envoy.yaml")))
	d.compose(t, s, "restart", "envoy")
	harness.WaitHTTP(t, through, time.Minute, func(r harness.Reply) bool {
		return r.Status == http.StatusOK && string(r.Body) == "hello world"
	})
	if logs := d.compose(t, s, "logs", "--no-color", "envoy"); !strings.Contains(logs, "wasm") {
		t.Errorf("Envoy logs nothing of wasm, as it does at level debug:\n%s", logs)
	}

	programs := []string{"envoy", "go-httpbin"}
	for _, program := range programs {
		if found := running(t, program); len(found) != 1 {
			t.Errorf("%s: want one process before down, got %v", program, found)
		}
	}
	d.compose(t, s, "down", "-t", "2")
	if left := d.containers(t); len(left) != 0 {
		t.Errorf("containers left after down: %v", left)
	}
	for _, program := range programs {
		if left := running(t, program); len(left) != 0 {
			t.Errorf("%s still runs after down: %v", program, left)
		}
	}
	d.Stop()
	waitAlone(t)
}

// TestKilledDockerLeavesNothing kills the namespaces while the daemon runs.
func TestKilledDockerLeavesNothing(t *testing.T) {
	if s, ok := readSetup(t); ok {
		startDocker(t, s)
		t.Log(ready)
		time.Sleep(time.Minute)
		t.Fatal("not killed")
	}
	s := prepare(t)
	ns := enter(t, s, "TestKilledDockerLeavesNothing")
	ns.WaitOutput(ready, time.Minute)
	if left := ns.left(); len(left) < 2 {
		t.Fatalf("want the test and the daemon inside, got %v", left)
	}
	ns.Signal(os.Kill)
	<-ns.Done()
	for deadline := time.Now().Add(10 * time.Second); len(ns.left()) != 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("processes left behind: %v", ns.left())
		}
	}
}

// ready is what a test inside writes for the one outside to go on.
const ready = "the daemon is ready"
