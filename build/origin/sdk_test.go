package origin

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestFind(t *testing.T) {
	root := t.TempDir()
	sub := filepath.Join(root, "cmd", "sluice")
	if err := os.MkdirAll(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("// a comment\nmodule "+Module+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "go.mod"), []byte("module example.com/x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	main := func(m debug.Module) *debug.BuildInfo { return &debug.BuildInfo{Main: m} }
	dep := func(m debug.Module) *debug.BuildInfo { return &debug.BuildInfo{Deps: []*debug.Module{&m}} }
	for _, tt := range []struct {
		name  string
		info  *debug.BuildInfo
		dirs  []string
		want  SDK
		fails bool
	}{
		{"installed", main(debug.Module{Path: Module, Version: "v0.3.0", Sum: "h1:x"}), []string{root}, SDK{Version: "v0.3.0"}, false},
		{"as a dependency", dep(debug.Module{Path: Module, Version: "v0.3.0", Sum: "h1:x"}), []string{root}, SDK{Version: "v0.3.0"}, false},
		{"built in a checkout", main(debug.Module{Path: Module, Version: "v0.0.0-20260101000000-abc"}), []string{other, sub}, SDK{Dir: root}, false},
		{"replaced", dep(debug.Module{Path: Module, Version: "v0.3.0", Sum: "h1:x", Replace: &debug.Module{}}), []string{root}, SDK{Dir: root}, false},
		{"devel", main(debug.Module{Path: Module, Version: "(devel)", Sum: "h1:x"}), []string{root}, SDK{Dir: root}, false},
		{"no information", nil, []string{sub}, SDK{Dir: root}, false},
		{"nothing", nil, []string{other}, SDK{}, true},
	} {
		got, err := find(tt.info, tt.dirs)
		if got != tt.want || (err != nil) != tt.fails {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	here, err := Find()
	if err != nil || here.Dir == "" {
		t.Fatalf("Find: %+v, %v", here, err)
	}
	root := here.Dir
	for text, want := range map[string]SDK{
		"v1.2.3":                        {Version: "v1.2.3"},
		"v0.0.0-20260101000000-abcdef0": {Version: "v0.0.0-20260101000000-abcdef0"},
		root:                            {Dir: root},
		"../..":                         {Dir: root},
		"latest":                        {},
		"1.2.3":                         {},
		"v1.2.3\nreplace x => y":        {},
		"..":                            {},
		"":                              {},
	} {
		got, err := Parse(text)
		if got != want || (err != nil) != (want == SDK{}) {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", text, got, err, want)
		}
		if err == nil && got.String() == "" {
			t.Errorf("%q has no text", text)
		}
	}
}
