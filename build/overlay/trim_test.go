package overlay

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTrim: all parts fit a toolchain of today, others have what fits them, and the
// runtime without them compiles.
func TestTrim(t *testing.T) {
	tool, ctx := plugin(t, "package main\n\nimport \"time\"\n\nfunc main() { time.Now() }\n")
	o, err := Flags(ctx, tool, env, nil, t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	all := o.Trimmed
	if len(all) == 0 || strings.HasPrefix(tool.Version, "go1.26") && len(all) != len(parts) {
		t.Fatalf("%s is without %q", tool.Version, all)
	}
	compile(t, ctx, o.Tool, o.Flags)
	without := func(names ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(n string) bool { return slices.Contains(names, n) })
	}
	for source, want := range map[string][]string{
		"import \"time\"\nfunc main() { time.Now() }":                all,
		"import \"runtime/trace\"\nfunc main() { trace.Stop() }":     without("the execution tracer", "open directories"),
		"import \"testing\"\nfunc main() { println(testing.Short) }": without("the execution tracer", "open directories"),
		"import \"os\"\nfunc main() { os.Exit(0) }":                  without("open directories"),
		"import \"syscall\"\nfunc main() { syscall.Exit(0) }":        without("open directories"),
		"import \"runtime\"\nfunc main() { runtime.StopTrace() }":    without("the execution tracer", "open directories"),
		"import . \"runtime\"\nfunc main() { GC() }":                 without("the execution tracer", "open directories"),
		"import \"runtime\"\nfunc main() { runtime.GC() }":           without("open directories"),
		"import \"plugin\"\nfunc main() { plugin.Open(\"\") }":       without("Go plugins", "open directories"),
	} {
		tool, ctx := plugin(t, "package main\n\n"+source+"\n")
		o, err := Flags(ctx, tool, env, nil, t.TempDir(), true)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(o.Trimmed, want) || o.Replaced != nil {
			t.Errorf("%s: %q is left out, %q replaced, want %q", source, o.Trimmed, o.Replaced, want)
		}
	}
}

// TestTrimNative: other machines than WebAssembly have threads.
func TestTrimNative(t *testing.T) {
	tool, ctx := plugin(t, "package main\n\nfunc main() {}\n")
	if o, err := Flags(ctx, tool, nil, nil, t.TempDir(), true); err != nil || o.Trimmed != nil || o.Flags != nil {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestTrimOther: a toolchain with another text, without the file, or without the
// package keeps the part, and of an edit that fits nothing remains.
func TestTrimOther(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f.go")
	packages := []pkg{{ImportPath: "runtime", Standard: true, Dir: dir}}
	p := part{edits: []edit{{"runtime", "f.go", "a", "A"}, {"runtime", "f.go", "b", "B"}}}
	for text, want := range map[string]string{"ab": "AB", "a": "", "abb": "", "": ""} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		fits, err := p.edit(packages, texts)
		if err != nil || fits != (want != "") || texts[file] != want {
			t.Errorf("%q: %q, %v, %v", text, texts[file], fits, err)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for name, packages := range map[string][]pkg{"no file": packages, "no package": nil, "not the standard library's": {{ImportPath: "runtime", Dir: dir}}} {
		if fits, err := p.edit(packages, map[string]string{}); fits || err != nil {
			t.Errorf("%s: %v, %v", name, fits, err)
		}
	}
}

// TestTrimTwice: a second part goes on with what the first one made.
func TestTrimTwice(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f.go")
	if err := os.WriteFile(file, []byte("ab"), 0o600); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, old := range []string{"a", "b"} {
		p := part{edits: []edit{{"runtime", "f.go", old, strings.ToUpper(old)}}}
		if fits, err := p.edit([]pkg{{ImportPath: "runtime", Standard: true, Dir: dir}}, texts); !fits || err != nil {
			t.Error(fits, err)
		}
	}
	if texts[file] != "AB" {
		t.Errorf("%q", texts[file])
	}
}
