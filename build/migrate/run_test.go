package migrate

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const old = "package main\n\nimport _ \"github.com/higress-group/wasm-go/pkg/wrapper\"\n\nfunc main() { println() }\n"

func write(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWhatIsSkipped(t *testing.T) {
	dir := write(t, map[string]string{
		"main.go": old, "inner/x.go": old, "vendor/x.go": old, "testdata/x.go": old, ".hidden/x.go": old, "_off/x.go": old,
		"other/go.mod": "module other\n", "other/x.go": old,
		"plain/x.go": "package main\n\nfunc main() { println() }\n",
	})
	r, err := Run(context.Background(), Options{Dir: dir, Env: offline})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(sortedKeys(r.Sources), " "); got != "inner/x.go main.go" {
		t.Errorf("changed %s, want inner/x.go and main.go", got)
	}
	info, err := os.Stat(filepath.Join(dir, "main.go"))
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("permissions are now %v, %v", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.sluice-new")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestBrokenFile(t *testing.T) {
	dir := write(t, map[string]string{"a.go": old, "inner/b.go": "package b\n\nfunc {\n"})
	_, err := Run(context.Background(), Options{Dir: dir, Env: offline})
	if err == nil || !strings.Contains(err.Error(), "inner/b.go:3") {
		t.Errorf("error is %v, want the place", err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "a.go")); err != nil || string(b) != old {
		t.Errorf("a.go was written: %v", err)
	}
	if _, err := Run(context.Background(), Options{Dir: filepath.Join(dir, "none")}); err == nil {
		t.Error("no error for a directory that isn't there")
	}
}

func TestLineEnds(t *testing.T) {
	dir := write(t, map[string]string{"main.go": strings.ReplaceAll(old, "\n", "\r\n")})
	if _, err := Run(context.Background(), Options{Dir: dir, Env: offline}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil || strings.Count(string(b), "\n") != strings.Count(string(b), "\r\n") {
		t.Errorf("line ends are mixed: %q, %v", b, err)
	}
	if !strings.Contains(string(b), "func main() {}\r\n\r\nfunc init() { println() }\r\n") {
		t.Errorf("main is %q", b)
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add([]byte(old))
	f.Add([]byte("package p\nimport(\"github.com/wasilibs/go-re2\";_ \"github.com/wasilibs/nottinygc\")\nfunc(x T)OnHttpRequestHeaders()int{return f()}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		one, err := parseFile("x.go", src)
		if err != nil {
			return
		}
		r := newResult()
		files := []*file{one}
		funcs, bodies := findHeaderFuncs(files), hasBodies(files)
		one.rewriteImports()
		one.rewriteMain()
		one.rewritePauses(funcs, bodies)
		if err := r.collect(one); err != nil {
			t.Error(err)
		}
	})
}

// TestWhereverItIs: the directory's name may have what patterns are made of, and
// may be a link, as may a file in it.
func TestWhereverItIs(t *testing.T) {
	real := filepath.Join(write(t, map[string]string{"my [new] *plugin/a.go": old, "shared/b.go": old}), "my [new] *plugin")
	if err := os.Symlink(filepath.Join("..", "shared", "b.go"), filepath.Join(real, "b.go")); err != nil {
		t.Skip(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	r, err := Run(context.Background(), Options{Dir: link, Env: offline})
	if err != nil || strings.Join(r.Files(), " ") != "a.go b.go" {
		t.Fatalf("changed %+v, %v", r, err)
	}
	if info, err := os.Lstat(filepath.Join(real, "b.go")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became a file: %v", err)
	}
	if b, err := os.ReadFile(filepath.Join(real, "b.go")); err != nil || !strings.Contains(string(b), "sluice/sdk/wrapper") {
		t.Errorf("the link's file is %q, %v", b, err)
	}
	if again, err := Run(context.Background(), Options{Dir: real, Env: offline}); err != nil || len(again.Files()) != 0 {
		t.Errorf("a second run changed %+v, %v", again, err)
	}
}

func TestNoDirectory(t *testing.T) {
	dir := write(t, map[string]string{"file": "", "empty/README.md": "", "vendor/x.go": old})
	for name, want := range map[string]string{
		"file": "is a file; give the directory", "none": "no such file", "...": "is a pattern",
		"empty": "no Go files to rewrite", "": "no Go files to rewrite",
	} {
		if _, err := Run(context.Background(), Options{Dir: filepath.Join(dir, name)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
}
