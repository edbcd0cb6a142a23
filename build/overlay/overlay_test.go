package overlay

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// plugin makes a module of one package in a directory of its own.
func plugin(t *testing.T, source string) (*gotool.Tool, context.Context) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/p\n\ngo 1.24\n", "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	tool, err := gotool.Find(ctx, "", dir, "GOWORK=off")
	if err != nil {
		t.Fatal(err)
	}
	return tool, ctx
}

var env = []string{"GOOS=wasip1", "GOARCH=wasm"}

func TestFlags(t *testing.T) {
	for source, want := range map[string][]string{
		"func main() {}": nil,
		"import \"time\"\nfunc main() { time.Now() }": {"internal/godebug"},
		"import \"net/http\"\nfunc main() { println(http.StatusText(http.StatusOK), http.MethodGet); http.Header{}.Set(\"a\", \"\") }": {"net/http", "internal/godebug"},
		"import h \"net/http\"\nfunc main() { println(h.StatusOK) }":                                                                   {"net/http", "internal/godebug"},
		"import \"net/http\"\nfunc main() { http.NotFound(nil, nil) }":                                                                 nil,
		"import . \"net/http\"\nfunc main() { println(StatusOK) }":                                                                     nil,
		"import (\n\"net/http\"\n\"net/http/httptest\"\n)\nfunc main() { println(http.StatusOK, httptest.DefaultRemoteAddr) }":         nil,
		"import \"encoding/json\"\nfunc main() { var s string; json.Unmarshal(nil, &s) }":                                              {"internal/godebug"},
		"import \"log/slog\"\nimport \"net/http\"\nfunc main() { slog.Info(http.MethodGet) }":                                          {"net/http", "internal/godebug"},
		"import \"not/there\"\nfunc main() {}":                                                                                         nil,
	} {
		tool, ctx := plugin(t, "package main\n\n"+source+"\n")
		dir := t.TempDir()
		o, err := Flags(ctx, tool, env, nil, dir, false)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(o.Replaced, want) {
			t.Errorf("%s: %q is replaced, want %q", source, o.Replaced, want)
		}
		if broken := strings.Contains(source, "not/there"); broken != (len(o.Flags) == 0) {
			t.Errorf("%s: flags are %q", source, o.Flags)
		} else if !broken {
			compile(t, ctx, o.Tool, o.Flags)
		}
	}
}

// compile builds the plugin with the overlay, which says that the small packages
// have all that others of the standard library take of them.
func compile(t *testing.T, ctx context.Context, tool *gotool.Tool, flags []string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "main.wasm")
	if _, err := tool.Run(ctx, env, append(append([]string{"build"}, flags...), "-buildmode=c-shared", "-o", out, ".")...); err != nil {
		t.Error(err)
	}
}

// A GOFLAGS with an overlay of the user's keeps that.
func TestOverlayOfTheUser(t *testing.T) {
	tool, ctx := plugin(t, "package main\n\nimport \"time\"\n\nfunc main() { time.Now() }\n")
	o, err := Flags(ctx, tool, append(slices.Clone(env), "GOFLAGS=-overlay=x.json"), nil, t.TempDir(), false)
	if err != nil || o.Flags != nil || o.Replaced != nil || o.Trimmed != nil {
		t.Errorf("%+v, %v", o, err)
	}
}

// All files of a package are covered, but for those that stay.
func TestCover(t *testing.T) {
	tool, ctx := plugin(t, "package main\n\nimport \"net/http\"\n\nfunc main() { println(http.StatusOK) }\n")
	o, err := Flags(ctx, tool, env, nil, t.TempDir(), false)
	if err != nil || len(o.Flags) != 1 {
		t.Fatal(o, err)
	}
	text, err := os.ReadFile(strings.TrimPrefix(o.Flags[0], "-overlay="))
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &overlay); err != nil {
		t.Fatal(err)
	}
	sources := 0
	for name, by := range overlay.Replace {
		switch filepath.Base(name) {
		case "status.go", "method.go":
			t.Errorf("%s is covered", name)
		}
		if strings.HasPrefix(filepath.Base(by), "overlay-") {
			continue // of the runtime
		}
		if by != "" {
			sources++
		}
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	if sources != 2 || len(overlay.Replace) < 30 {
		t.Errorf("%d of %d files have something in their place", sources, len(overlay.Replace))
	}
}
