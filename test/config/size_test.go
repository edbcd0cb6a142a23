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

func init() { wrapper.SetCtx("sized", OPTION) }
`

const byHand = `wrapper.ParseConfig(func(json gjson.Result, c *Config) error { c.Name = json.Get("name").String(); return nil })`

// What typed configuration adds to a plugin stays within bounds, and a plugin
// that parses by itself has nothing of it.
func TestWhatIsLinked(t *testing.T) {
	if testing.Short() {
		t.Skip("builds modules; run without -short")
	}
	plain := sized(t, `"github.com/tidwall/gjson"`, byHand)
	typed := sized(t, "", "wrapper.ParseTypedConfig[Config]()")
	patterns := sized(t, `_ "github.com/sluiceproxy/sluice/sdk/config/pattern"`, "wrapper.ParseTypedConfig[Config]()")
	t.Logf("by hand %d bytes (%d compressed); typed %+d (%+d); with patterns %+d (%+d)", plain.Size, plain.Gzip,
		typed.Size-plain.Size, typed.Gzip-plain.Gzip, patterns.Size-plain.Size, patterns.Gzip-plain.Gzip)
	if added := typed.Size - plain.Size; added < 50<<10 || added > 300<<10 {
		t.Errorf("typed configuration adds %d bytes, want about 250 KiB", added)
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
