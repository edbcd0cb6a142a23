package config

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const sizedPlugin = `package main

import (
	IMPORTS
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

type Config struct {
	Name string ` + "`json:\"name\" required:\"true\"`" + `
}

func init() { wrapper.SetCtx[Config]("sized", OPTION) }
`

const byHand = `wrapper.ParseConfig(func(json gjson.Result, c *Config) error { c.Name = json.Get("name").String(); return nil })`

// What typed configuration adds to a plugin stays within bounds, below what the
// first use of gjson adds, and a plugin that parses by itself has nothing of it.
func TestWhatIsLinked(t *testing.T) {
	if testing.Short() {
		t.Skip("builds modules; run without -short")
	}
	none := sized(t, "", "")
	plain := sized(t, `"github.com/tidwall/gjson"`, byHand)
	typed := sized(t, "", "wrapper.ParseTypedConfig[Config]()")
	patterns := sized(t, `_ "github.com/sluiceproxy/sluice/sdk/config/pattern"`, "wrapper.ParseTypedConfig[Config]()")
	for name, r := range map[string]*build.Report{"by hand with gjson": plain, "typed": typed, "typed with patterns": patterns} {
		t.Logf("%s: %d KiB (%d compressed) over %d (%d)", name, (r.Size-none.Size)>>10, (r.Gzip-none.Gzip)>>10, none.Size>>10, none.Gzip>>10)
	}
	if added := typed.Size - none.Size; added < 50<<10 || added > 800<<10 || typed.Size >= plain.Size {
		t.Errorf("typed configuration adds %d bytes, gjson %d", added, plain.Size-none.Size)
	}
	if added := patterns.Size - typed.Size; added < 200<<10 || added > 700<<10 {
		t.Errorf("patterns add %d bytes, want about 0.5 MB: are they linked without their import?", added)
	}
}

func sized(t *testing.T, imports, option string) *build.Report {
	t.Helper()
	source := strings.NewReplacer("IMPORTS", imports, "OPTION", option).Replace(sizedPlugin)
	dir := filepath.Join(harness.Root(t), "test", "config", "testdata")
	file := filepath.Join(t.TempDir(), "main.go")
	harness.WriteFile(t, file, source)
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	harness.WriteFile(t, overlay, `{"Replace":{"`+filepath.Join(dir, "plugin", "main.go")+`":"`+file+`"}}`)
	t.Setenv("GOFLAGS", "-overlay="+overlay)
	r, err := build.Build(context.Background(), build.Options{Dir: filepath.Join(dir, "plugin"), Output: filepath.Join(t.TempDir(), "main.wasm")})
	if err != nil {
		t.Fatal(err)
	}
	report, err := build.Inspect(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	return report
}
