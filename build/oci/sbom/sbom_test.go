package sbom

import (
	"bytes"
	"encoding/json"
	"errors"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/build/wasm"
)

// info is what a plugin of this kind would have.
func info() *debug.BuildInfo {
	return &debug.BuildInfo{
		GoVersion: "go1.26.8 X:nothing", Path: "example.com/p/cmd",
		Main: debug.Module{Path: "example.com/p", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "github.com/A/b", Version: "v1.2.3+incompatible", Sum: "h1:abc="},
			{Path: "example.com/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/fork", Version: "v2.0.0", Sum: "h1:def="}},
			{Path: "example.com/local", Version: "v1.0.0", Replace: &debug.Module{Path: "/srv/me/secret", Version: "(devel)"}},
		},
	}
}

func TestComponents(t *testing.T) {
	main, parts := Components(info())
	want := []Component{
		{"std", "1.26.8", ""},
		{"github.com/A/b", "v1.2.3+incompatible", "h1:abc="},
		{"example.com/fork", "v2.0.0", "h1:def="},
		{"example.com/local", "v1.0.0", ""},
	}
	if main != (Component{Name: "example.com/p"}) || len(parts) != len(want) {
		t.Fatalf("got %v, %v", main, parts)
	}
	for i := range want {
		if parts[i] != want[i] {
			t.Errorf("got %v, want %v", parts[i], want[i])
		}
	}
	if got := parts[1].PURL(); got != "pkg:golang/github.com/A/b@v1.2.3%2Bincompatible" {
		t.Errorf("got %s", got)
	}
}

func made(t *testing.T, f Format, i *debug.BuildInfo) (text []byte, tree map[string]any) {
	t.Helper()
	b := newBill([]byte("code"), i, Options{Created: time.Unix(1700000000, 0), Tool: "v1"})
	write := map[Format]func() ([]byte, error){SPDX: b.spdx, CycloneDX: b.cyclonedx}[f]
	text, err := write()
	if err != nil || json.Unmarshal(text, &tree) != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if bytes.Contains(text, []byte("/srv")) {
		t.Errorf("%s tells of this machine", text)
	}
	return text, tree
}

// TestSPDX has what the specification asks for.
func TestSPDX(t *testing.T) {
	_, tree := made(t, SPDX, info())
	for name, want := range map[string]any{"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "example.com/p"} {
		if tree[name] != want {
			t.Errorf("%s is %v", name, tree[name])
		}
	}
	ids := map[any]bool{"SPDXRef-DOCUMENT": true}
	for _, p := range tree["packages"].([]any) {
		p := p.(map[string]any)
		if ids[p["SPDXID"]] {
			t.Errorf("%v is there twice", p["SPDXID"])
		}
		ids[p["SPDXID"]] = true
		for _, name := range []string{"downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"} {
			if p[name] != "NOASSERTION" {
				t.Errorf("%v: %s is %v", p["name"], name, p[name])
			}
		}
	}
	relations := tree["relationships"].([]any)
	for _, r := range relations {
		r := r.(map[string]any)
		if !ids[r["spdxElementId"]] || !ids[r["relatedSpdxElement"]] {
			t.Errorf("%v leads nowhere", r)
		}
	}
	if len(ids) != 6 || len(relations) != 5 {
		t.Errorf("%d elements, %d relations", len(ids), len(relations))
	}
}

func TestCycloneDX(t *testing.T) {
	text, tree := made(t, CycloneDX, info())
	if tree["bomFormat"] != "CycloneDX" || tree["specVersion"] != "1.6" || tree["version"] != 1.0 || len(tree["components"].([]any)) != 4 {
		t.Errorf("got %s", text)
	}
	refs := map[any]bool{}
	for _, c := range tree["components"].([]any) {
		refs[c.(map[string]any)["bom-ref"]] = true
	}
	for _, need := range tree["dependencies"].([]any)[0].(map[string]any)["dependsOn"].([]any) {
		if !refs[need] {
			t.Errorf("%v leads nowhere", need)
		}
	}
	if !bytes.Contains(text, []byte(`"complete"`)) {
		t.Error("it does not say that it is complete")
	}
}

// TestUnknown: of a module without a record nothing is made up.
func TestUnknown(t *testing.T) {
	for _, f := range Formats() {
		text, _ := made(t, f, nil)
		if bytes.Contains(text, []byte("pkg:golang")) || bytes.Contains(text, []byte(`"complete"`)) {
			t.Errorf("%s: %s", f, text)
		}
	}
}

// TestMake: the same module gives the same bytes, another one other names.
func TestMake(t *testing.T) {
	for _, f := range Formats() {
		one, err := Make(checktest.Plugin("1"), f, Options{})
		if err != nil {
			t.Fatal(err)
		}
		again, _ := Make(checktest.Plugin("1"), f, Options{})
		other, _ := Make(checktest.Plugin("2"), f, Options{})
		if !bytes.Equal(one, again) || bytes.Equal(one, other) || !strings.Contains(string(one), "1970-01-01T00:00:00Z") {
			t.Errorf("%s: %s", f, one)
		}
	}
	if _, err := Make(checktest.Plugin(""), "x", Options{}); !errors.Is(err, ErrFormat) {
		t.Errorf("form: %v", err)
	}
	if _, err := Make([]byte("no module"), SPDX, Options{}); !errors.Is(err, wasm.ErrNotModule) {
		t.Errorf("no module: %v", err)
	}
}
