package schema

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
)

const typedMain = `package main

import "github.com/sluiceproxy/sluice/sdk/wrapper"

func main() {}

func init() {
	wrapper.SetCtx("limit", wrapper.ParseTypedConfig[Config]())
}

type Config struct {
	Count int ` + "`json:\"count\" required:\"true\" min:\"1\"`" + `
}
`

// outside is a plugin's module outside of the repository, with the SDK from the
// checkout.
func outside(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	all := map[string]string{
		"go.sum": string(sum),
		"go.mod": "module example.com/limit\n\ngo 1.24.0\n\nrequire github.com/sluiceproxy/sluice v0.0.0\n\n" +
			"require (\n\tgithub.com/tidwall/gjson v1.20.0 // indirect\n\tgithub.com/tidwall/match v1.1.1 // indirect\n" +
			"\tgithub.com/tidwall/pretty v1.2.0 // indirect\n\tgithub.com/tidwall/resp v0.1.1 // indirect\n)\n\n" +
			"replace github.com/sluiceproxy/sluice => " + root + "\n",
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestRun(t *testing.T) {
	dir := outside(t, map[string]string{"main.go": typedMain})
	before := names(t, dir)
	for format, says := range map[string]string{
		"": `"$schema"`, Example: "\ncount: 1\n",
	} {
		r, err := Run(context.Background(), Options{Dir: dir, Format: format})
		if err != nil {
			t.Fatal(err)
		}
		if r.Plugin != "limit" || !strings.Contains(r.Document, says) {
			t.Errorf("%s: %+v", format, r)
		}
	}
	if after := names(t, dir); len(after) != len(before) {
		t.Errorf("the plugin's directory holds %v, and held %v", after, before)
	}
}

// The plugin's environment may be that of a build for gateways, and its
// directory a link.
func TestRunWhereverItIs(t *testing.T) {
	dir := outside(t, map[string]string{"main.go": typedMain})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip(err)
	}
	t.Setenv("GOOS", "wasip1")
	t.Setenv("GOARCH", "wasm")
	t.Setenv("PWD", link)
	t.Chdir(link)
	if r, err := Run(context.Background(), Options{}); err != nil || r.Plugin != "limit" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestVendored(t *testing.T) {
	dir := outside(t, map[string]string{"main.go": typedMain})
	cmd := exec.Command("go", "mod", "vendor")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go mod vendor: %v: %s", err, out)
	}
	if r, err := Run(context.Background(), Options{Dir: dir}); err != nil || r.Plugin != "limit" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Set-up in main is too late for a gateway, but says what is configured.
func TestSetUpInMain(t *testing.T) {
	source := strings.Replace(strings.Replace(typedMain, "func main() {}\n", "", 1), "func init() {", "func main() {\n\tdefer panic(1)", 1)
	r, err := Run(context.Background(), Options{Dir: outside(t, map[string]string{"main.go": source})})
	if err != nil || r.Plugin != "limit" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestSeveralPlugins(t *testing.T) {
	dir := outside(t, map[string]string{"main.go": typedMain, "other.go": `package main

import "github.com/sluiceproxy/sluice/sdk/config"

func init() { config.Register[struct{ Other int }]("other", config.NoRules) }
`})
	if _, err := Run(context.Background(), Options{Dir: dir}); !errors.Is(err, ErrSeveral) || !strings.Contains(err.Error(), "several plugins, name one of limit, other") {
		t.Errorf("error is %v", err)
	}
	r, err := Run(context.Background(), Options{Dir: dir, Plugin: "other", Format: Table})
	if err != nil || !strings.Contains(r.Document, "`Other`") {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := Run(context.Background(), Options{Dir: dir, Plugin: "third"}); err == nil || !strings.Contains(err.Error(), `no plugin "third"`) {
		t.Errorf("error is %v", err)
	}
}

func TestRefused(t *testing.T) {
	untyped := strings.Replace(typedMain, "wrapper.ParseTypedConfig[Config]()", "wrapper.ParseRawConfig(func([]byte, *Config) error { return nil })", 1)
	for name, c := range map[string]struct {
		source, says string
		kind         error
	}{
		"untyped":    {untyped, "use wrapper.ParseTypedConfig", ErrUntyped},
		"library":    {"package limit\n", "holds package limit, not main", build.ErrNotMain},
		"wasm only":  {"//go:build wasip1\n\n" + typedMain, "must compile there too", build.ErrNotMain},
		"no compile": {typedMain + "var x = y\n", "undefined: y", nil},
		"bad tag":    {strings.Replace(typedMain, `min:"1"`, `min:"x"`, 1), `tag min:"x": is no value of int`, nil},
		"panics":     {typedMain + "func init() { panic(\"at start\") }\n", "at start", nil},
	} {
		_, err := Run(context.Background(), Options{Dir: outside(t, map[string]string{"main.go": c.source})})
		if err == nil || !strings.Contains(err.Error(), c.says) || c.kind != nil && !errors.Is(err, c.kind) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	for name, o := range map[string]Options{
		"no directory": {Dir: filepath.Join(t.TempDir(), "none")},
		"format":       {Format: "xml"},
		"check":        {Check: true},
	} {
		if _, err := Run(context.Background(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTimeout(t *testing.T) {
	dir := outside(t, map[string]string{"main.go": strings.Replace(typedMain, "func init() {", "func init() {\n\tfor {\n\t}", 1)})
	start := time.Now()
	_, err := Run(context.Background(), Options{Dir: dir, Timeout: 3 * time.Second})
	if err == nil || !strings.Contains(err.Error(), "took longer than 3s") || time.Since(start) > 30*time.Second {
		t.Errorf("error is %v after %v", err, time.Since(start))
	}
}

func TestOutput(t *testing.T) {
	dir := outside(t, map[string]string{"main.go": typedMain})
	run := func(format, name string, check bool) error {
		t.Helper()
		_, err := Run(context.Background(), Options{Dir: dir, Format: format, Output: filepath.Join(dir, name), Check: check})
		return err
	}
	if err := run(Example, "config.yaml", true); !errors.Is(err, ErrStale) {
		t.Errorf("no file: %v", err)
	}
	if err := errors.Join(run(Example, "config.yaml", false), run(Example, "config.yaml", true)); err != nil {
		t.Error(err)
	}
	readme := filepath.Join(dir, "README.md")
	os.WriteFile(readme, []byte("mine\n"), 0o600)
	if err := run(Table, "README.md", false); err == nil || !strings.Contains(err.Error(), "there must be one line") {
		t.Errorf("no markers: %v", err)
	}
	os.WriteFile(readme, []byte("mine\n<!-- configuration: made by sluice schema, do not edit -->\nold\n<!-- configuration: end -->\nmine too\n"), 0o600)
	if err := run(Table, "README.md", true); !errors.Is(err, ErrStale) {
		t.Errorf("an old table: %v", err)
	}
	if err := errors.Join(run(Table, "README.md", false), run(Table, "README.md", true)); err != nil {
		t.Error(err)
	}
	text, _ := os.ReadFile(readme)
	if s := string(text); !strings.HasPrefix(s, "mine\n") || !strings.HasSuffix(s, "mine too\n") || !strings.Contains(s, "`count`") || strings.Contains(s, "old") {
		t.Errorf("the file is\n%s", s)
	}
	if info, _ := os.Stat(readme); info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
	for name, says := range map[string]string{
		".": "is a directory", "none/x": "the directory of", "README.md": "use --format table",
	} {
		if err := run(Example, name, false); err == nil || !strings.HasPrefix(err.Error(), "output: ") || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", name, err, says)
		}
	}
	for _, name := range names(t, dir) {
		if strings.HasPrefix(name, ".schema-") {
			t.Errorf("%s is left behind", name)
		}
	}
}
