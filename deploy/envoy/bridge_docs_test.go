package envoy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// docsYAML returns the YAML blocks of docs/redis.md: Envoy's and Istio's.
func docsYAML(t *testing.T) (envoy, istio map[string]any) {
	t.Helper()
	parts := strings.Split(harness.ReadFile(t, "docs/redis.md"), "```")
	var blocks []map[string]any
	for i := 1; i < len(parts); i += 2 {
		text, ok := strings.CutPrefix(parts[i], "yaml\n")
		if !ok {
			continue
		}
		var block map[string]any
		if err := yaml.UnmarshalStrict([]byte(text), &block); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		blocks = append(blocks, block)
	}
	if len(blocks) != 2 {
		t.Fatalf("%d blocks", len(blocks))
	}
	return blocks[0], blocks[1]
}

// at follows names and numbers into nested maps and lists.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				t.Fatalf("nothing at %v", path)
			}
			v = list[step]
		}
	}
	return v
}

// The page shows what the code renders, for Envoy and for Istio.
func TestRedisPage(t *testing.T) {
	b, err := NewRedisBridge()
	if err != nil {
		t.Fatal(err)
	}
	own, istio := docsYAML(t)
	for name, c := range map[string]struct {
		want json.RawMessage
		got  any
	}{
		"extension":      {b.Extension, at(t, own, "bootstrap_extensions", 0)},
		"listener":       {b.Listener, at(t, own, "static_resources", "listeners", 0)},
		"cluster":        {b.Cluster, at(t, own, "static_resources", "clusters", 0)},
		"istio listener": {b.Listener, at(t, istio, "spec", "configPatches", 0, "patch", "value")},
		"istio cluster":  {b.Cluster, at(t, istio, "spec", "configPatches", 1, "patch", "value")},
	} {
		var want any
		if err := json.Unmarshal(c.want, &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(c.got, want) {
			t.Errorf("%s: the page has\n%v\nwant\n%v", name, c.got, want)
		}
	}
	for i, kind := range []string{"LISTENER", "CLUSTER"} {
		if got := at(t, istio, "spec", "configPatches", i, "applyTo"); got != kind {
			t.Errorf("patch %d is for %v", i, got)
		}
	}
}

// Every Envoy takes what the page shows.
func TestRedisPageOnEnvoy(t *testing.T) {
	own, istio := docsYAML(t)
	fromIstio := map[string]any{
		"bootstrap_extensions": own["bootstrap_extensions"], // which Istio's proxies have
		"static_resources": map[string]any{
			"listeners": []any{at(t, istio, "spec", "configPatches", 0, "patch", "value")},
			"clusters":  []any{at(t, istio, "spec", "configPatches", 1, "patch", "value")},
		},
	}
	for _, e := range harness.Envoys(t) {
		for name, config := range map[string]map[string]any{"own": own, "istio": fromIstio} {
			text, err := json.Marshal(config)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "envoy.json")
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(e.Path, "--mode", "validate", "-c", file).CombinedOutput()
			if err != nil {
				t.Errorf("%s, %s: %v\n%s", e, name, err, out)
			}
		}
	}
}
