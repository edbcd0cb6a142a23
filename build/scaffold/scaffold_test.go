package scaffold

import (
	"bytes"
	"context"
	"errors"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/origin"
	"github.com/sluiceproxy/sluice/build/schema"
	"github.com/sluiceproxy/sluice/build/vet"
)

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func checkout(t *testing.T) origin.SDK {
	t.Helper()
	sdk, err := origin.Find()
	if err != nil || sdk.Dir == "" {
		t.Fatalf("SDK is %+v, %v", sdk, err)
	}
	return sdk
}

// TestNew writes each example outside of the repository, runs its own test and
// builds it, twice: with plain Go, and as sluice does.
func TestNew(t *testing.T) {
	for _, example := range Examples() {
		t.Run(example.Name, func(t *testing.T) {
			ctx := testContext(t)
			var progress bytes.Buffer
			dir := filepath.Join(t.TempDir(), "plugin")
			r, err := New(ctx, Options{Name: "my-plugin", Dir: dir, Example: example.Name, SDK: checkout(t), Progress: &progress})
			if err != nil {
				t.Fatal(err)
			}
			want := []string{".gitignore", "README.md", "config.yaml", "go.mod", "go.sum", "main.go", "main_test.go"}
			if !reflect.DeepEqual(r.Files, want) || r.Dir != dir {
				t.Errorf("wrote %v in %s, want %v", r.Files, r.Dir, want)
			}
			checkSources(t, dir)
			if progress.Len() == 0 {
				t.Error("no progress was shown")
			}
			goRun(ctx, t, dir, nil, "test", "./...")
			goRun(ctx, t, dir, nil, "vet", "./...")
			goRun(ctx, t, dir, []string{"GOOS=wasip1", "GOARCH=wasm"}, "build", "-buildmode=c-shared", "-o", "plain.wasm", "./")
			built, err := build.Build(ctx, build.Options{Dir: dir, Target: build.Envoy})
			if err != nil {
				t.Fatal(err)
			}
			// net/http, which handlers have, links file functions in.
			if len(built.Warnings) != 0 || (len(built.Closed) != 0) != (example.Name == "handler") {
				t.Errorf("warnings %v, closed %v", built.Warnings, built.Closed)
			}
			checkVet(ctx, t, dir)
			checkSchema(ctx, t, dir, example.Name)
		})
	}
}

// checkVet: an example has none of the mistakes that the command finds.
func checkVet(ctx context.Context, t *testing.T, dir string) {
	t.Helper()
	var all []string
	for _, r := range vet.Rules() {
		all = append(all, r.Name)
	}
	r, err := vet.Run(ctx, vet.Options{Dir: dir, Rules: all, Target: build.Envoy})
	if err != nil || len(r.Findings) != 0 || len(r.Plugins) != 1 {
		t.Errorf("vet: %+v, %v", r, err)
	}
}

// checkSchema: the table in the README of an example with typed configuration is
// what the command writes, and config.yaml has all its keys.
func checkSchema(ctx context.Context, t *testing.T, dir, example string) {
	t.Helper()
	_, err := schema.Run(ctx, schema.Options{Dir: dir, Format: schema.Table, Output: filepath.Join(dir, "README.md"), Check: true})
	if typed := example == "typed" || example == "handler" || example == "filter"; !typed {
		if !errors.Is(err, schema.ErrUntyped) {
			t.Errorf("schema: %v, want %v", err, schema.ErrUntyped)
		}
		return
	}
	if err != nil {
		t.Errorf("schema: %v", err)
	}
	readme, _ := os.ReadFile(filepath.Join(dir, "README.md"))
	config, _ := os.ReadFile(filepath.Join(dir, "config.yaml"))
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|").FindAllSubmatch(readme, -1) {
		if !bytes.Contains(config, append([]byte("\n"), append(row[1], ':')...)) {
			t.Errorf("config.yaml lacks %s", row[1])
		}
	}
}

// checkSources: what is written is formatted, and has nothing of the template.
func checkSources(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"main.go", "main_test.go", "README.md", "config.yaml", "go.mod"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("<<")) || bytes.Contains(text, []byte("<no value>")) {
			t.Errorf("%s has a part of its template: %s", name, text)
		}
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		if tidy, err := format.Source(text); err != nil || !bytes.Equal(tidy, text) {
			t.Errorf("%s is not formatted: %v", name, err)
		}
	}
}

func goRun(ctx context.Context, t *testing.T, dir string, env []string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOFLAGS=-mod=readonly"), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// TestHelloIsShort holds the promise of a plugin in thirty lines.
func TestHelloIsShort(t *testing.T) {
	dir := t.TempDir()
	if err := render(dir, Options{Name: "x", Module: "example.com/x", Example: "hello", SDK: origin.SDK{Version: "v1.2.3"}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if lines := bytes.Count(text, []byte("\n")); err != nil || lines > 30 {
		t.Errorf("main.go has %d lines, %v", lines, err)
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	want := "module example.com/x\n\ngo 1.24.0\n\nrequire github.com/sluiceproxy/sluice v1.2.3\n"
	if err != nil || string(mod) != want {
		t.Errorf("go.mod is %q, want %q (%v)", mod, want, err)
	}
}

func TestNewRefuses(t *testing.T) {
	parent := t.TempDir()
	full := filepath.Join(parent, "full")
	if err := os.MkdirAll(filepath.Join(full, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(parent, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	good := Options{Name: "x", Dir: filepath.Join(parent, "x"), SDK: origin.SDK{Dir: "/nowhere"}}
	with := func(change func(*Options)) Options { o := good; change(&o); return o }
	for _, tt := range []struct {
		name string
		o    Options
		want error
		text string
	}{
		{"full directory", with(func(o *Options) { o.Dir = full }), ErrNotEmpty, "full"},
		{"a file", with(func(o *Options) { o.Dir = file }), nil, "file"},
		{"no parent", with(func(o *Options) { o.Dir = filepath.Join(parent, "none", "x") }), os.ErrNotExist, "none"},
		{"example", with(func(o *Options) { o.Example = "nonsense" }), ErrName, "hello, http-call"},
		{"module", with(func(o *Options) { o.Module = "../x" }), ErrName, "module path"},
		{"no Go", with(func(o *Options) { o.Go = "go-that-is-not-there" }), build.ErrNoGo, "go.dev/dl"},
		{"SDK that is not there", good, nil, "go mod tidy"},
	} {
		_, err := New(testContext(t), tt.o)
		if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %v, want %v and %q", tt.name, err, tt.want, tt.text)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %q", tt.name, err)
		}
	}
	if left, err := list(parent); err != nil || len(left) != 2 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestNewCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	parent := t.TempDir()
	_, err := New(ctx, Options{Name: "x", Dir: filepath.Join(parent, "x"), SDK: origin.SDK{Version: "v0.1.0"}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if left, err := list(parent); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, ok := range map[string]bool{
		"hello": true, "my-plugin": true, "A_b.c2": true, strings.Repeat("x", 64): true,
		"": false, ".": false, "..": false, "../x": false, "a/b": false, `a\b`: false, "/x": false, "-x": false,
		"1x": false, "x.": false, "a..b": false, "a b": false, "a\nb": false, "é": false, `a"b`: false, strings.Repeat("x", 65): false,
	} {
		_, err := Options{Name: name}.complete()
		if (err == nil) != ok || (err != nil && !errors.Is(err, ErrName)) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	for path, ok := range map[string]bool{
		"github.com/you/x": true, "x": true, "example.com/a~b/v2": true,
		"/x": false, "x/": false, "a//b": false, "a/../b": false, "a/.b": false, "a b": false, "a\nb": false, "a/b.": false,
		origin.Module: false, origin.Module + "/sdk": false,
	} {
		if _, err := (Options{Name: "x", Module: path}).complete(); (err == nil) != ok {
			t.Errorf("module %q: %v", path, err)
		}
	}
}
