package chain

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// The tools of this Go module, which Tool builds.
const (
	// Lite is Istio's control plane with a store in memory.
	Lite = "lite"
	// Agent is Istio's proxy agent.
	Agent = "pilot-agent"
	// Discovery is Istio's control plane, istiod.
	Discovery = "pilot-discovery"
)

// built remembers what this test binary has built.
var built sync.Map

// Tool returns the path of a program that this Go module has as a tool. The go
// command builds it where its cache has none: linking istiod takes minutes and
// three gigabytes.
func Tool(t testing.TB, name string) string {
	t.Helper()
	return once(t, name, func() (string, error) { return tool(Module(t), name) })
}

// APIServer returns the path of Kubernetes' API server, a tool of the Go module
// beside this one.
func APIServer(t testing.TB) string {
	t.Helper()
	return once(t, "kube-apiserver", func() (string, error) {
		return tool(filepath.Join(Repository(t), "test", "e2e", "kube"), "kube-apiserver")
	})
}

// Command returns the path of the sluice command, built with the versions that
// users get.
func Command(t testing.TB) string {
	t.Helper()
	return once(t, "sluice", func() (string, error) {
		path := filepath.Join(Repository(t), "bin", "e2e", "sluice")
		_, err := run(Repository(t), nil, "go", "build", "-o", path, "./cmd/sluice")
		return path, err
	})
}

// once builds what was not built yet.
func once(t testing.TB, name string, build func() (string, error)) string {
	t.Helper()
	f, _ := built.LoadOrStore(name, sync.OnceValues(build))
	path, err := f.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// tool builds a tool of the Go module in dir.
func tool(dir, name string) (string, error) {
	return run(dir, []string{`GOFLAGS="-ldflags=-s -w"`}, "go", "tool", "-n", name)
}

// run runs a command and returns the line that it printed.
func run(dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s in %s: %w\n%s", cmd, dir, err, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
}

// Module returns the directory of this Go module.
func Module(t testing.TB) string {
	t.Helper()
	dir := harness.Root(t)
	if _, err := os.Stat(filepath.Join(dir, "lite")); err != nil {
		t.Fatalf("the tests of the chain run in its own module: %v", err)
	}
	return dir
}

// Repository returns the repository's root.
func Repository(t testing.TB) string {
	t.Helper()
	return filepath.Join(Module(t), "..", "..", "..")
}

// Source returns the directory of a Go module that this one requires.
func Source(t testing.TB, module string) string {
	t.Helper()
	dir, err := run(Module(t), nil, "go", "list", "-m", "-f", "{{.Dir}}", module)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
