package oci

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParsePlace(t *testing.T) {
	sum := "sha256:" + strings.Repeat("0", 64)
	for text, want := range map[string]Place{
		"r.example/a/b:1":              {tag: "1"},
		"oci://r.example/a/b:1":        {tag: "1"},
		"localhost/a":                  {},
		"localhost:5000/a@" + sum:      {digest: sum},
		"r.example/a:1@" + sum:         {tag: "1", digest: sum},
		"oci:dir":                      {path: "dir"},
		"oci:dir:1.0":                  {path: "dir", tag: "1.0"},
		"oci-archive:x":                {path: "x", tarred: true},
		"oci-archive:a/x.tar:1@" + sum: {path: "a/x.tar", tarred: true, tag: "1", digest: sum},
		"./dir":                        {path: "./dir"},
		"/a/b.tar:1":                   {path: "/a/b.tar", tarred: true, tag: "1"},
		"x.tar":                        {path: "x.tar", tarred: true},
	} {
		p, err := ParsePlace(text)
		if err != nil || p.path != want.path || p.tag != want.tag || p.digest != want.digest || p.tarred != want.tarred {
			t.Errorf("%s: got %+v, %v", text, p, err)
		}
		if p.IsRegistry() != (want.path == "") || p.IsRegistry() && p.repository.Registry == "" {
			t.Errorf("%s: registry %q", text, p.repository.Registry)
		}
	}
	for _, text := range []string{"", "plugin", "plugin:1", "team/plugin:1", "oci:", "oci-archive::1", "r.example/A:1",
		"r.example/a:", "r.example/a:b c", "r.example/a@sha256:1", "r.example/../a", "http://r.example/a", "oci://",
		"oci://oci:5000/a/b", "\uff52.example/a", "r.e\u212aample/a"} {
		if p, err := ParsePlace(text); !errors.Is(err, ErrPlace) {
			t.Errorf("%q: got %+v, %v", text, p, err)
		}
	}
	if _, err := ParseLayout("oci://r.example/a"); !errors.Is(err, ErrPlace) {
		t.Errorf("a registry as a layout: %v", err)
	}
}

func TestMetadata(t *testing.T) {
	dir := filepath.Dir(pluginFile(t, ""))
	o := PackageOptions{Metadata: true}
	dst := mustPlace(t, filepath.Join(t.TempDir(), "x.tar"))
	if _, err := Package(ctx, dir, dst, nil, o, Options{}); err == nil || !strings.Contains(err.Error(), "spec.yaml") {
		t.Errorf("no spec.yaml: got %v", err)
	}
	for _, name := range []string{"README_EN.md", "README.md", "icon.png", "spec.yaml", "README_../x.md", "notes.md"} {
		os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644)
	}
	all, err := readMetadata(dir)
	var got []string
	for _, m := range all {
		got = append(got, m.Name+" "+m.MediaType)
	}
	want := "spec.yaml application/vnd.module.wasm.spec.v1+yaml, README.md application/vnd.module.wasm.doc.v1+markdown, " +
		"README_EN.md application/vnd.module.wasm.doc.v1.en+markdown, icon.png application/vnd.module.wasm.icon.v1+png"
	if strings.Join(got, ", ") != want || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if p, err := Package(ctx, dir, dst, nil, o, Options{}); err != nil || len(p.Verdicts) != 3 {
		t.Errorf("got %+v, %v", p, err)
	}
}
