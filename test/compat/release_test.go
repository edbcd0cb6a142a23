package compat

import (
	"archive/zip"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/origin"
	"github.com/sluiceproxy/sluice/test/compat/documents"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const version = "v0.9.9"

// TestRelease builds a program with versions of the modules, as a command that
// was installed does, from a module proxy in a directory.
func TestRelease(t *testing.T) {
	proxy := t.TempDir()
	publish(t, proxy, "github.com/sluiceproxy/sluice", "")
	publish(t, proxy, "github.com/sluiceproxy/sluice/sdk/compat/wasm-go", "sdk/compat/wasm-go")
	publish(t, proxy, "github.com/sluiceproxy/sluice/sdk/compat/proxy-wasm-go-sdk", "sdk/compat/proxy-wasm-go-sdk")
	here := strings.TrimSpace(goRun(t, ".", nil, "env", "GOMODCACHE"))
	env := []string{
		"GOPROXY=file://" + filepath.ToSlash(proxy) + ",file://" + filepath.ToSlash(filepath.Join(here, "cache", "download")),
		"GOMODCACHE=" + t.TempDir(), "GOFLAGS=-modcacherw", "GOSUMDB=off",
	}
	dir := documents.Program(t, "mock", documents.GoMod)
	p, err := compat.New(context.Background(), compat.Options{Dir: dir, SDK: origin.SDK{Version: version}, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got := strings.Join(p.BuildArgs, " "); !strings.Contains(got, "sluice_no_nethttp") {
		t.Errorf("arguments for the build are %s", got)
	}
	out := filepath.Join(t.TempDir(), "main.wasm")
	goRun(t, dir, append(append(env, p.Env...), "GOOS=wasip1", "GOARCH=wasm"),
		append(append([]string{"build"}, p.BuildArgs...), "-buildmode=c-shared", "-o", out, ".")...)
}

// publish puts what a module has of Go files into a module proxy.
func publish(t *testing.T, proxy, path, folder string) {
	t.Helper()
	root := filepath.Join(harness.Root(t), filepath.FromSlash(folder))
	dir := filepath.Join(proxy, filepath.FromSlash(path), "@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFile(t, filepath.Join(dir, "list"), version+"\n")
	harness.WriteFile(t, filepath.Join(dir, version+".info"), `{"Version":"`+version+`"}`)
	harness.WriteFile(t, filepath.Join(dir, version+".mod"), string(mod))
	file, err := os.Create(filepath.Join(dir, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := zip.NewWriter(file)
	if err := addFiles(w, root, path+"@"+version+"/", folder == ""); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// addFiles adds go.mod and the Go files; of the root's module those of sdk, and
// never those of another module.
func addFiles(w *zip.Writer, root, prefix string, sdkOnly bool) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			_, other := os.Stat(filepath.Join(path, "go.mod"))
			if rel != "." && (other == nil || sdkOnly && rel != "sdk" && !strings.HasPrefix(rel, "sdk/")) {
				return fs.SkipDir
			}
			return nil
		}
		if rel != "go.mod" && !strings.HasSuffix(rel, ".go") {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		entry, err := w.Create(prefix + rel)
		if err != nil {
			return err
		}
		_, err = entry.Write(content)
		return err
	})
}
