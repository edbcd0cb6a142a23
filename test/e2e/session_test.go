package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// engine is where a plugin runs.
type engine struct {
	name string
	args []string // of sluice run
}

// embedded is the gateway that is built in.
func embedded() engine { return engine{name: "embedded"} }

// onEnvoy is a real Envoy.
func onEnvoy(e harness.Envoy) engine {
	return engine{name: e.String(), args: []string{"--engine", "envoy", "--envoy", e.Path}}
}

// onBoth runs test on the embedded gateway and on one Envoy.
func onBoth(t *testing.T, test func(t *testing.T, e engine)) {
	t.Run("embedded", func(t *testing.T) { test(t, embedded()) })
	t.Run("envoy", func(t *testing.T) { test(t, onEnvoy(harness.OneEnvoy(t))) })
}

// onEvery runs test on the embedded gateway and on every Envoy there is.
func onEvery(t *testing.T, test func(t *testing.T, e engine)) {
	t.Run("embedded", func(t *testing.T) { test(t, embedded()) })
	t.Run("envoys", func(t *testing.T) {
		for _, envoy := range harness.Envoys(t) {
			t.Run(envoy.Version, func(t *testing.T) { test(t, onEnvoy(envoy)) })
		}
	})
}

// command is the sluice binary, built once.
var command = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sluice-e2e")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sluice")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
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

// sluice returns the command with args, not started.
func sluice(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}

// session is a running "sluice run".
type session struct {
	*harness.Process
	port, httpbin int
}

// readyTimeout allows for Envoy compiling a module on a busy machine.
const readyTimeout = 90 * time.Second

// run starts "sluice run" on free ports and waits until the gateway answers.
func (e engine) run(t testing.TB, args ...string) *session {
	t.Helper()
	s := e.start(t, args...)
	s.WaitHTTP(s.url("/"), readyTimeout, func(harness.Reply) bool { return true })
	return s
}

// start starts "sluice run" on free ports.
func (e engine) start(t testing.TB, args ...string) *session {
	t.Helper()
	ports := harness.FreePorts(t, 3)
	all := append([]string{"run"}, args...)
	all = append(all, "--listen", harness.Addr(ports[0]), "--httpbin", harness.Addr(ports[1]), "--admin", harness.Addr(ports[2]))
	all = append(all, e.args...)
	return &session{Process: harness.Start(t, sluice(t, all...)), port: ports[0], httpbin: ports[1]}
}

// url is a URL of the gateway.
func (s *session) url(path string) string { return harness.URL(s.port, path) }

// plugin returns the directory of a plugin in plugins/.
func plugin(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(harness.Root(t), "plugins", name)
}

// write makes a file in a directory of the test's own and returns its path.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	harness.WriteFile(t, path, content)
	return path
}
