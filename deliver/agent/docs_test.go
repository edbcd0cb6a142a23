package agent

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestDocs: the bootstrap in docs/agent.md is one that Envoy takes, and every event
// is named there.
func TestDocs(t *testing.T) {
	doc := harness.ReadFile(t, "docs/agent.md")
	for _, e := range []Event{Ready{}, Connected{}, Disconnected{}, Upstream{}, Fetched{}, Accepted{}, Refused{}, Failed{}, Restored{}, Warning{}} {
		if !strings.Contains(doc, "`"+e.kind()+"`") {
			t.Errorf("docs/agent.md doesn't name the event %s", e.kind())
		}
	}
	_, block, found := strings.Cut(doc, "```yaml\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatal("docs/agent.md has no bootstrap")
	}
	file := filepath.Join(t.TempDir(), "bootstrap.yaml")
	harness.WriteFile(t, file, block)
	for _, e := range harness.Envoys(t) {
		if out, err := exec.Command(e.Path, "--mode", "validate", "-c", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", e, err, out)
		}
	}
}
