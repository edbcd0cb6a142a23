package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hubDir is a hub of two plugins, one without a spec.yaml.
func hubDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"gate/main.go": "package main", "gate/spec.yaml": "info: {category: auth, name: gate, title: Gate, description: \"Shuts\\e[2J.\", version: 1.2.3}\nspec: {phase: AUTHZ, priority: 9, configSchema: {openAPIV3Schema: {properties: {latch: {}}}}}\n",
		"lesson/main.go": "package main", "lesson/README.md": "# lesson\n\nShows how.\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSearch(t *testing.T) {
	dir := hubDir(t)
	r := sluice(t, "search", "--hub", dir)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	if r.code != exitOK || len(lines) != 3 || r.stderr != "" {
		t.Fatalf("%+v", r)
	}
	for i, want := range []string{"NAME VERSION PHASE PRIORITY KIND DIGEST WHAT IT DOES", `gate 1.2.3 AUTHZ 9 guard source Shuts\x1b[2J.`, "lesson - - - teaching source Shows how."} {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if r := sluice(t, "search", "LATCH", "--hub", dir); !strings.Contains(r.stdout, "gate") || strings.Contains(r.stdout, "lesson") {
		t.Errorf("by a field: %+v", r)
	}
	t.Setenv("SLUICE_HUB", dir)
	var found struct {
		Hub     string
		Plugins []struct {
			Name, Version, Source string
			Guard, Teaching       bool
		}
	}
	r = sluice(t, "search", "--output", "json")
	if err := json.Unmarshal([]byte(r.stdout), &found); err != nil || found.Hub != dir || len(found.Plugins) != 2 {
		t.Fatalf("%v: %+v", err, r)
	}
	if p := found.Plugins[0]; p.Name != "gate" || p.Version != "1.2.3" || p.Source != filepath.Join(dir, "gate") || !p.Guard || p.Teaching {
		t.Errorf("%+v", p)
	}
	if r := sluice(t, "search", "nowhere-near", "--output", "json"); !strings.Contains(r.stdout, `"plugins": []`) || r.code != exitOK {
		t.Errorf("nothing found, as JSON: %+v", r)
	}
}

// TestHubWrong: what is wrong on the command line, and what fails.
func TestHubWrong(t *testing.T) {
	dir := hubDir(t)
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"schemaVersion":7}`), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args string
		code int
		want string
	}{
		{"search zzz --hub DIR", exitFailure, "no plugin of 2 has"},
		{"search --hub BROKEN", exitFailure, "schemaVersion is 7"},
		{"search --hub no/such", exitFailure, "want oci://REGISTRY/PREFIX"},
		{"search --hub oci://host.example", exitFailure, "want a registry and a prefix"},
		{"search --pull often", exitUsage, "want missing"},
		{"search --signed-as x --hub DIR", exitUsage, "--signed-as goes with --key"},
		{"run hub: --hub DIR", exitUsage, "names no plugin"},
		{"run hub:Gate --hub DIR", exitUsage, "small letters"},
		{"run hub:gate@ --hub DIR", exitUsage, "want a version after @"},
		{"run hub:gat --hub DIR", exitFailure, "did you mean gate?"},
		{"run hub:gate@9.9.9 --hub DIR", exitFailure, "it has 1.2.3"},
		{"run . --hub DIR", exitUsage, "--hub goes with hub:NAME"},
		{"run hub:gate --hub DIR --key no.pub", exitFailure, "no.pub"},
		{"inspect hub:gate --hub DIR", exitFailure, "not built"},
		{"inspect hub:gat --hub DIR", exitFailure, "did you mean gate?"},
		{"inspect x.wasm --hub DIR", exitUsage, "--hub goes with hub:NAME"},
		{"test hub:gat --hub DIR", exitFailure, "did you mean gate?"},
		{"hub", exitOK, ""},
		{"hub sell", exitUsage, "publish or save"},
		{"hub publish", exitUsage, "needs the hub's registry"},
		{"hub publish host.example/hub", exitUsage, "want oci://REGISTRY/PREFIX"},
		{"hub publish oci://host.example", exitUsage, "want a registry and a prefix"},
		{"hub publish oci://127.0.0.1:1/hub gat --dir DIR", exitFailure, "did you mean gate?"},
		{"hub publish oci://127.0.0.1:1/hub lesson --dir DIR", exitFailure, "has no spec.yaml"},
		{"hub publish oci://127.0.0.1:1/hub --dir DIR --sign-key no.key", exitFailure, "no.key"},
		{"hub publish oci://127.0.0.1:1/hub --dir no/such", exitFailure, "no/such"},
		{"hub save", exitUsage, "save needs one argument"},
		{"hub save x.json --hub DIR", exitFailure, "is a directory"},
	} {
		args := strings.Fields(strings.NewReplacer("DIR", dir, "BROKEN", broken).Replace(tt.args))
		r := sluice(t, args...)
		if r.code != tt.code || !strings.Contains(r.stderr, tt.want) {
			t.Errorf("%s: %+v, want %d %q", tt.args, r, tt.code, tt.want)
		}
	}
	if _, err := os.Stat("x.json"); err == nil {
		t.Error("a catalogue of a directory was written")
	}
}

// TestHubOfNobody: without a hub, the error says what to set; gen and apply take
// the variable.
func TestHubOfNobody(t *testing.T) {
	dir := hubDir(t)
	t.Chdir(t.TempDir())
	t.Setenv("SLUICE_HUB", "")
	for _, args := range [][]string{{"search"}, {"run", "hub:gate"}, {"gen", "envoyfilter", "hub:gate"}, {"hub", "save", "x.json"}} {
		if r := sluice(t, args...); r.code != exitFailure || !strings.Contains(r.stderr, "set SLUICE_HUB") {
			t.Errorf("%v: %+v", args, r)
		}
	}
	t.Setenv("SLUICE_HUB", dir)
	if r := sluice(t, "apply", "-f", "x.yaml", "--image", "hub:gate"); r.code != exitFailure || !strings.Contains(r.stderr, "an image is wanted") {
		t.Errorf("apply: %+v", r)
	}
	for _, command := range []string{"run", "inspect", "test"} {
		if r := sluice(t, "__complete", command, "hub:g"); !strings.Contains(r.stdout, "hub:gate\tGate\n") || !strings.HasSuffix(strings.TrimSpace(r.stdout), ":4") {
			t.Errorf("completion of %s: %q", command, r.stdout)
		}
	}
	t.Setenv("SLUICE_HUB", "oci://127.0.0.1:1/hub")
	if r := sluice(t, "__complete", "run", "hub:g"); strings.Contains(r.stdout, "gate") || !strings.HasSuffix(strings.TrimSpace(r.stdout), ":4") {
		t.Errorf("completion without a catalogue: %q", r.stdout)
	}
}
