package serve

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestTraceGuide runs docs/trace.md: its files are written and its commands run, in
// order, with other ports and another directory.
func TestTraceGuide(t *testing.T) {
	e := harness.OneEnvoy(t)
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	registry := httptest.NewServer(registrytest.New())
	t.Cleanup(registry.Close)
	g := guide{t: t, dir: t.TempDir(), sluice: path, envoy: e.Path}
	if err := os.Rename(harness.BuildPlugin(t, "plugins/mock-response"), filepath.Join(g.dir, "mock-response.wasm")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(g.dir, "resources"), 0o755); err != nil {
		t.Fatal(err)
	}
	swaps := []string{"127.0.0.1:5000", strings.TrimPrefix(registry.URL, "http://")}
	for i, port := range harness.FreePorts(t, 4) {
		old := []string{"18000", "18001", "10000", "9901"}[i]
		swaps = append(swaps, ":"+old, ":"+strconv.Itoa(port), " "+old+"}", " "+strconv.Itoa(port)+"}")
	}
	text := strings.NewReplacer(swaps...).Replace(harness.ReadFile(t, "docs/trace.md"))
	traced := 0
	for _, block := range strings.Split(text, "\n```")[1:] {
		kind, body, _ := strings.Cut(block, "\n")
		switch kind {
		case "yaml":
			name, content, _ := strings.Cut(strings.TrimPrefix(body, "# "), "\n")
			harness.WriteFile(t, filepath.Join(g.dir, name), content)
		case "sh":
			for _, line := range strings.Split(strings.TrimSpace(body), "\n") {
				if line, want, isTrace := strings.Cut(line, "    # "); isTrace {
					g.trace(line, want)
					traced++
				} else if strings.HasPrefix(line, "sluice push") {
					g.sluiceRuns(line)
				} else {
					g.run(line)
				}
			}
		}
	}
	if traced != 3 || g.ran != 3 {
		t.Errorf("traced %d times, and ran %d other lines", traced, g.ran)
	}
}

func (g *guide) sluiceRuns(line string) (string, error) {
	cmd := exec.Command(g.sluice, strings.Fields(line)[1:]...)
	cmd.Dir = g.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// trace runs a line until it does what the guide says: it "works", or it "fails:"
// with these steps.
func (g *guide) trace(line, want string) {
	g.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		out, err := g.sluiceRuns(line)
		steps, fails := strings.CutPrefix(want, "fails: ")
		switch {
		case fails && err != nil && strings.HasSuffix(strings.TrimSpace(out), "failed: "+steps):
			return
		case !fails && err == nil && want == "works" && strings.Contains(out, "10 ok       load") && strings.Contains(out, "   ok       request"):
			return
		case time.Now().After(deadline):
			g.t.Fatalf("%s: it %s by the guide\n%s", line, want, out)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
