package depcheck

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// homePath finds a path in somebody's home directory.
var homePath = regexp.MustCompile(`(?:^|[^\w./}~-])(?:/home/[a-z0-9_][\w.-]*/|/Users/[A-Za-z0-9_][\w.-]*/|/root[/]|[A-Z]:\\Users\\\w)`)

// registries are hosts of package registries and their mirrors: where packages
// come from is the user's setting. In pieces, because this file is checked too.
var registries = []string{
	"proxy." + "golang.org", "sum." + "golang.org", "goproxy." + "io", "goproxy." + "cn",
	"pypi." + "org", "python" + "hosted.org", "npmjs." + "org", "yarnpkg." + "com",
	"deb." + "debian.org", "security." + "debian.org", "archive." + "ubuntu.com",
	"alpine" + "linux.org", "crates." + "io/", "ruby" + "gems.org", "maven." + "org", "/artifact" + "ory/",
}

// machineTraces returns what in text belongs to one machine, not to the
// project; root is where the repository lies on this one.
func machineTraces(text []byte, root string) []string {
	var found []string
	if match := homePath.Find(text); match != nil {
		found = append(found, "a path in a home directory: "+string(bytes.TrimSpace(match)))
	}
	if distinct(root) && bytes.Contains(text, []byte(root)) {
		found = append(found, "the path of this checkout: "+root)
	}
	for _, host := range registries {
		if bytes.Contains(text, []byte(host)) {
			found = append(found, "the host of a package registry: "+host)
		}
	}
	return found
}

// distinct reports whether a path says more about a machine than, say, "/src".
func distinct(path string) bool {
	return strings.Count(filepath.ToSlash(path), "/") >= 2
}

func TestNoTraceOfAMachine(t *testing.T) {
	root := harness.Root(t)
	for _, path := range tracked(t) {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			continue // deleted, or a link to nowhere
		}
		for _, trace := range machineTraces(text, root) {
			t.Errorf("%s: %s", path, trace)
		}
	}
}

func TestMachineTraces(t *testing.T) {
	slash := "/"
	for text, want := range map[string]bool{
		"open " + slash + "home/ann/x.go":                  true,
		`"` + slash + `Users/Ann/x.go"`:                    true,
		slash + "root/go/pkg":                              true,
		`C:` + `\Users\ann`:                                true,
		"see " + slash + "srv/build/sluice/main.go":        true,
		"GOPROXY=https://proxy." + "golang.org":            true,
		"pip --index https://pypi." + "org/simple":         true,
		"docker.io/envoyproxy/envoy:v1.40-latest":          false,
		"$HOME/go, ~/go, {root}/x, https://a.example/home": false,
		"the repository's root/ and ./root/x":              false,
		"github.com/tetratelabs/wazero":                    false,
	} {
		if got := machineTraces([]byte(text), slash+"srv/build/sluice"); (len(got) != 0) != want {
			t.Errorf("%q: got %v, want found=%v", text, got, want)
		}
	}
	if distinct(slash+"src") || !distinct(slash+"srv/sluice") {
		t.Error("distinct: a path of one element says nothing, one of two does")
	}
}
