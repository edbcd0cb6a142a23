package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build"
)

// TestPrintReport compares what people see with files in testdata.
func TestPrintReport(t *testing.T) {
	for name, r := range map[string]*build.Report{
		"go": {
			Kind: "WebAssembly module", SHA256: strings.Repeat("ab", 32), Size: 3 << 20, Gzip: 1 << 20,
			ABI:       []string{"0_2_100", "0_2_1"},
			Imports:   []build.Import{{Name: "env.proxy_log", Kind: "func", Type: "(i32, i32, i32) i32", Gateways: []string{"envoy >=1.36", "higress"}}, {Name: "env.nonsense", Kind: "global"}},
			Callbacks: []string{"proxy_on_vm_start"}, Exports: []string{"_initialize", "memory"},
			Memory: &build.Memory{MinPages: 40}, Tools: []string{"Go go1.26.8"},
			Go:       &build.GoInfo{Version: "go1.26.8", Package: "example.com/x", Module: "example.com/x@(devel)", Deps: []string{"example.com/y@v1.2.3"}},
			Sections: []build.Section{{Name: "code", Size: 2 << 20, Gzip: 700_000}, {Name: `custom "producers"`, Size: 77, Gzip: 78}},
			Problems: []build.Problem{{Cause: "it imports env.nonsense", Cure: "remove it", Targets: []build.Target{build.Envoy, build.Istio}}},
			Warnings: []build.Problem{{Cause: "it is old", Cure: "build it again", Targets: []build.Target{build.Higress}}},
		},
		"other": {
			Kind: "WebAssembly module", SHA256: strings.Repeat("cd", 32), Size: 900, Gzip: 300,
			Memory: &build.Memory{MinPages: 1, MaxPages: 1 << 40}, Tools: []string{"clang 19", "Rust 1.90"},
			Sections: []build.Section{{Name: "code", Size: 700, Gzip: 200}},
		},
		"text": {Kind: "text file", SHA256: strings.Repeat("ef", 32), Size: 12, Gzip: 36},
	} {
		var b strings.Builder
		if err := printReport(&b, name+".wasm", r); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", "inspect-"+name+".golden"), b.String())
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s (%v): go test ./cmd/sluice -update writes it anew\ngot:\n%s\nwant:\n%s", file, err, got, want)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1 << 20: "1.0 MiB", 6_090_000: "5.8 MiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"__complete", "b"}, "build\t"},
		{[]string{"__complete", "build", "--target", ""}, "envoy-gateway\n"},
		{[]string{"__complete", "inspect", "x", "--output", ""}, "json\n"},
		{[]string{"__complete", "new", "--example", ""}, "http-call\n"},
		{[]string{"__complete", "completion", ""}, "fish\n"},
	} {
		if r := sluice(t, tt.args...); r.code != exitOK || !strings.Contains(r.stdout, tt.want) {
			t.Errorf("%v: code %d, %q, want %q", tt.args, r.code, r.stdout, tt.want)
		}
	}
}
