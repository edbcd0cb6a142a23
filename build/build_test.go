package build

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// TestBuild builds the same plugin in two directories, and follows the result
// into a virtual machine.
func TestBuild(t *testing.T) {
	ctx := testContext(t)
	var progress bytes.Buffer
	first, second := writePlugin(t), writePlugin(t)
	got, err := Build(ctx, Options{Dir: first, Target: Envoy, Progress: &progress})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Build(ctx, Options{Dir: second, Output: filepath.Join(second, "other.wasm")})
	if err != nil {
		t.Fatal(err)
	}
	if got.SHA256 != again.SHA256 || !bytes.Equal(got.Code, again.Code) {
		t.Errorf("two directories give %s and %s", got.SHA256, again.SHA256)
	}
	file, err := os.ReadFile(filepath.Join(first, "main.wasm"))
	if err != nil || !bytes.Equal(file, got.Code) || got.Size != len(file) {
		t.Errorf("main.wasm has %d bytes, the result says %d, %v", len(file), got.Size, err)
	}
	if want := []string{"0_2_100", "0_2_1"}; !reflect.DeepEqual(got.ABI, want) {
		t.Errorf("ABI is %v, want %v", got.ABI, want)
	}
	if want := []string{"go.mod", "main.go", "main.wasm"}; !reflect.DeepEqual(names(t, first), want) {
		t.Errorf("the directory holds %v, want %v", names(t, first), want)
	}
	if !strings.Contains(progress.String(), "compiling") || !strings.Contains(progress.String(), "closing") {
		t.Errorf("progress was %q", progress.String())
	}
	t.Run("imports", func(t *testing.T) { checkClosed(t, got) })
	t.Run("run", func(t *testing.T) { checkAnswers(t, got.Code) })
	t.Run("report", func(t *testing.T) { checkReport(t, got) })
}

func checkClosed(t *testing.T, r *Result) {
	if !slices.Contains(r.Closed, modulePreview+".path_filestat_get") {
		t.Errorf("closed %v", r.Closed)
	}
	m, err := wasm.Decode(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	imports, err := m.Imports()
	if err != nil || len(imports) == 0 {
		t.Fatalf("imports %v, %v", imports, err)
	}
	for _, i := range imports {
		if !slices.Contains(wasiOld, i.Name) {
			t.Errorf("%s is still imported", i)
		}
	}
}

// checkAnswers runs the module with a host that has no other functions than
// those of an old gateway, and asks what the closed ones answer.
func checkAnswers(t *testing.T, code []byte) {
	ctx := testContext(t)
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer rt.Close(ctx)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, rt); err != nil {
		t.Fatal(err)
	}
	mod, err := rt.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	if err != nil {
		t.Fatal(err)
	}
	for which := range uint64(3) {
		results, err := mod.ExportedFunction("errno").Call(ctx, which)
		if err != nil || results[0] != enosys {
			t.Errorf("file operation %d: %v, %v, want %d", which, results, err, enosys)
		}
	}
}

func checkReport(t *testing.T, r *Result) {
	report, err := Inspect(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	if report.SHA256 != r.SHA256 || report.Size != r.Size || len(report.Problems)+len(report.Warnings) != 0 {
		t.Errorf("report says %s, %d bytes, %v, %v", report.SHA256, report.Size, report.Problems, report.Warnings)
	}
	if g := report.Go; g == nil || g.Version != r.GoVersion || g.Package != "example.com/plain" ||
		!slices.Contains(g.Settings, "GOOS=wasip1") {
		t.Errorf("Go is %+v", g)
	}
	if report.Memory == nil || report.Memory.MinPages == 0 {
		t.Errorf("memory is %+v", report.Memory)
	}
	if want := []string{"proxy_on_memory_allocate", "proxy_on_vm_start"}; !reflect.DeepEqual(report.Callbacks, want) {
		t.Errorf("callbacks are %v, want %v", report.Callbacks, want)
	}
	if want := []string{"_initialize", "errno", "memory"}; !reflect.DeepEqual(report.Exports, want) {
		t.Errorf("other exports are %v, want %v", report.Exports, want)
	}
}

// TestBuildRefuses are plugins and directories that can't be built. Nothing may
// be left behind, and a module that was there must stay.
func TestBuildRefuses(t *testing.T) {
	mod := func(files ...string) string {
		return write(t, append([]string{"go.mod", pluginModule, "main.wasm", "old"}, files...)...)
	}
	for _, tt := range []struct {
		name string
		dir  string
		want error
		text []string
	}{
		{"no directory", filepath.Join(t.TempDir(), "none"), os.ErrNotExist, []string{"plugin directory", "none"}},
		{"a file", filepath.Join(writePlugin(t), "main.go"), nil, []string{"is a file"}},
		{"empty directory", mod(), ErrNotMain, []string{"no Go files"}},
		{"library", mod("lib.go", "package lib\n"), ErrNotMain, []string{"package lib, not main"}},
		{"two packages", mod("a.go", "package main\n", "b.go", "package b\n"), ErrNotMain, []string{"two packages"}},
		{"only TinyGo", mod("main.go", "//go:build tinygo\n\npackage main\n"), ErrNotMain, []string{"main.go", "TinyGo"}},
		{"no module", write(t, "main.go", "package main\n\nfunc main() {}\n"), ErrNotMain, []string{"go mod init"}},
		{"type error", mod("main.go", "package main\n\nfunc main() { x := 1 }\n"), nil, []string{"does not compile", "main.go:3:15: declared and not used: x"}},
		{"syntax error", mod("main.go", "package main\n\nfunc main() {\n"), nil, []string{"does not compile", "main.go:4:1: syntax error"}},
		{"missing module", mod("main.go", "package main\n\nimport _ \"example.org/none\"\n\nfunc main() {}\n"), nil, []string{"main.go:3:8: no required module provides package example.org/none"}},
		{"broken go.mod", write(t, "go.mod", "modul x\n", "main.go", "package main\n\nfunc main() {}\n"), nil, []string{"go.mod:1", "modul"}},
		{"no exports", mod("main.go", "package main\n\nfunc main() {}\n"), nil, []string{"every gateway refuses", "proxy_abi_version", "SetCtx"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, _ := os.ReadDir(tt.dir)
			_, err := Build(testContext(t), Options{Dir: tt.dir})
			if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) {
				t.Fatalf("error is %v, want %v", err, tt.want)
			}
			for _, text := range tt.text {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("error is %q, want %q in it", err, text)
				}
			}
			if after, _ := os.ReadDir(tt.dir); len(after) != len(before) {
				t.Errorf("the directory holds %v, held %v", after, before)
			}
			if old, err := os.ReadFile(filepath.Join(tt.dir, "main.wasm")); err == nil && string(old) != "old" {
				t.Errorf("the old module was changed to %d bytes", len(old))
			}
		})
	}
}

func TestBuildHigressOnly(t *testing.T) {
	source := pluginSource + `
//go:wasmimport env proxy_redis_init
func redisInit(a, b, c, d, e, f, g int32) int32

//go:wasmexport use
func use() { redisInit(0, 0, 0, 0, 0, 0, 0) }
`
	dir := write(t, "go.mod", pluginModule, "main.go", source, "tiny.go", "//go:build tinygo\n\npackage main\n")
	_, err := Build(testContext(t), Options{Dir: dir, Target: Istio})
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "env.proxy_redis_init") ||
		!strings.Contains(err.Error(), "Istio refuses") || !strings.HasPrefix(err.Error(), filepath.Join(dir, "main.go")+":39: ") {
		t.Fatalf("error is %v", err)
	}
	if got := names(t, dir); slices.Contains(got, "main.wasm") {
		t.Error("a module was written all the same")
	}
	for _, target := range []Target{Any, Higress} {
		r, err := Build(testContext(t), Options{Dir: dir, Target: target})
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		if all := strings.Join(r.Warnings, "\n"); !strings.Contains(all, "proxy_redis_init") || !strings.Contains(all, "tiny.go") {
			t.Errorf("%s: warnings are %q", target, all)
		}
	}
}

func TestBuildOutput(t *testing.T) {
	dir := writePlugin(t)
	for name, output := range map[string]string{
		"missing directory": filepath.Join(dir, "none", "main.wasm"),
		"below a file":      filepath.Join(dir, "main.go", "main.wasm"),
	} {
		_, err := Build(testContext(t), Options{Dir: dir, Output: output, Go: "no-go-is-needed-for-this"})
		if err == nil || !strings.HasPrefix(err.Error(), "output:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	into := t.TempDir()
	r, err := Build(testContext(t), Options{Dir: dir, Output: into})
	if err != nil || r.Output != filepath.Join(into, "main.wasm") {
		t.Errorf("into a directory: %+v, %v", r, err)
	}
	if got := names(t, into); len(got) != 1 {
		t.Errorf("the output directory holds %v", got)
	}
}

func TestBuildCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := writePlugin(t)
	if _, err := Build(ctx, Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if got := names(t, dir); len(got) != 2 {
		t.Errorf("the directory holds %v", got)
	}
}
