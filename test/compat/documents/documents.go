// Package documents copies the programs of the field's guides for tests, as a
// reader does.
package documents

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// GoMod is a module file as "go get" leaves it behind.
const GoMod = `module wasm-demo-go

go 1.24

require (
	github.com/higress-group/proxy-wasm-go-sdk v0.0.0-20250611100342-5654e89a7a80
	github.com/higress-group/wasm-go v0.0.0-20250822030947-8345453fddd0
	github.com/tidwall/gjson v1.18.0
	github.com/tidwall/resp v0.1.1
)
`

// fixes are the lines that two programs need and the guide leaves out.
var fixes = map[string][2]string{
	"httpcall": {"		Port: servicePort,\n	})\n}", "		Port: servicePort,\n	})\n	return nil\n}"},
	"redis":    {"\t\"strconv\"\n", "\t\"strconv\"\n\t\"strings\"\n"},
}

// Names are the programs.
func Names() []string { return []string{"custom", "empty", "httpcall", "mock", "redis", "rules"} }

// Program copies a program into a directory of its own, with a go.mod file unless
// mod is empty.
func Program(t testing.TB, name, mod string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	src := harness.ReadFile(t, path(name, "main.go"))
	if fix, ok := fixes[name]; ok {
		fixed := strings.Replace(src, fix[0], fix[1], 1)
		if fixed == src {
			t.Fatalf("%s: no place for the line that it needs", name)
		}
		src = fixed
	}
	harness.WriteFile(t, filepath.Join(dir, "main.go"), src)
	if mod != "" {
		harness.WriteFile(t, filepath.Join(dir, "go.mod"), mod)
	}
	return dir
}

// UnitTest is the test of a program, once it is migrated.
func UnitTest(t testing.TB, name string) string {
	t.Helper()
	if name == "custom" {
		name = "rules" // does the same
	}
	return harness.ReadFile(t, path(name, "main_test.go"))
}

func path(name, file string) string {
	return filepath.Join("test", "compat", "testdata", "documents", name, file)
}
