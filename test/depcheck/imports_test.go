package depcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// listed is what go list says about a package.
type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
	Module     *struct{ Path string }
	Error      *struct{ Err string }
}

// goList returns the packages that match patterns and all they depend on, for
// the platform that env names.
func goList(t *testing.T, env []string, patterns ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-deps",
		"-json=ImportPath,Standard,Imports,Deps,Module,Error"}, patterns...)...)
	cmd.Dir = harness.Root(t)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}

// violations returns what the packages of the repository import against the
// table, a line each.
func violations(packages []listed) []string {
	var lines []string
	for _, p := range packages {
		if !inRepository(p.ImportPath) {
			continue
		}
		r, found := roomOf(p.ImportPath)
		if !found {
			lines = append(lines, p.ImportPath+": a room that the import table does not know")
			continue
		}
		for _, path := range p.Imports {
			if !r.allowed(path) {
				lines = append(lines, fmt.Sprintf("%s imports %s, which %s/ may not", p.ImportPath, path, r.folder))
			}
		}
	}
	return lines
}

// platforms are those whose files the packages are made of.
var platforms = map[string][]string{
	"native": nil,
	"wasip1": {"GOOS=wasip1", "GOARCH=wasm"},
}

func TestImportTable(t *testing.T) {
	for name, env := range platforms {
		t.Run(name, func(t *testing.T) {
			packages := goList(t, env, "./...")
			for _, line := range violations(packages) {
				t.Error(line)
			}
			ours := 0
			for _, p := range packages {
				if inRepository(p.ImportPath) {
					ours++
				}
			}
			if ours < 10 {
				t.Errorf("go list found only %d packages of the repository", ours)
			}
		})
	}
}

// TestImportTableRefuses makes sure that the table can say no.
func TestImportTableRefuses(t *testing.T) {
	const wazero = "github.com/tetratelabs/wazero"
	for _, c := range []struct {
		from, imports string
		want          bool
	}{
		{"sdk/wrapper", module + "/sdk/proxywasm", true},
		{"sdk/wrapper", gjson, false},
		{"sdk/plugin", gjson, true},
		{"sdk/wrapper", module + "/sdk/internal/abi", true},
		{"sdk/wrapper", module + "/host", false},
		{"sdk/wrapper", wazero, false},
		{"sdk/wrapper", gjson + "extra", false},
		{"sdk/proxywasm", gjson, false},
		{"sdk/proxywasm", module + "/sdk/wrapper", false},
		{"sdk/internal/abi", module + "/sdk/proxywasm", false},
		{"sdk/internal/match", gjson, false},
		{"sdk/internal/mem", gjson, false},
		{"host/gateway", wazero + "/api", true},
		{"host/gateway", module + "/host/upstream", true},
		{"host", module + "/sdk/proxywasm/types", false},
		{"host", module + "/build", false},
		{"host", module + "/deploy/envoy", false},
		{"build", module + "/sdk/proxywasm/types", false},
		{"build", module + "/host", false},
		{"deploy/envoy", module + "/sdk/log", false},
		{"deploy/envoy", module + "/host", false},
		{"run", module + "/host/gateway", true},
		{"run", module + "/sdk/log", false},
		{"run", module + "/cmd/sluice", false},
		{"cmd/sluice", module + "/run", true},
		{"cmd/sluice", "github.com/spf13/cobra", true},
		{"cmd/sluice", wazero, false},
		{"cmd/sluice", module + "/sdk/wrapper", false},
		{"plugins/waf", module + "/sdk/wrapper", true},
		{"plugins/waf", "example.com/rules", true},
		{"plugins/waf", module + "/host", false},
		{"test/e2e", module + "/host", true},
		{"corner", "fmt", false},
	} {
		lines := violations([]listed{{ImportPath: module + "/" + c.from, Imports: []string{"fmt", c.imports}}})
		if got := len(lines) == 0; got != c.want {
			t.Errorf("%s importing %s: allowed %v, want %v", c.from, c.imports, got, c.want)
		}
	}
}

// TestSDKLinksLittle follows the SDK's imports to their end.
func TestSDKLinksLittle(t *testing.T) {
	for name, env := range platforms {
		t.Run(name, func(t *testing.T) {
			for _, p := range goList(t, env, "./sdk/...") {
				switch {
				case p.Error != nil:
					t.Errorf("%s: %s", p.ImportPath, p.Error.Err)
				case p.Standard || within(p.ImportPath, module+"/sdk"):
				case p.Module == nil || !slices.Contains(sdkModules, p.Module.Path):
					t.Errorf("a plugin would link %s; the SDK may bring only %s", p.ImportPath, strings.Join(sdkModules, ", "))
				}
			}
		})
	}
}
