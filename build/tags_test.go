package build

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestPluginTags(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.go":      "package main\n\n//sluice:tags one,two\n",
		"b.go":      "package main\n\n// A comment with //sluice:tags no\n//sluice:tags three\n",
		"c_test.go": "package main\n\n//sluice:tags no\n",
		"d.go":      "//go:build linux\n\npackage main\n\n//sluice:tags no\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := pluginTags(dir), []string{"-tags=one,two,three"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := pluginTags(t.TempDir()); got != nil {
		t.Errorf("%q of a directory without a plugin", got)
	}
}

// Tags of the plugin hold beside those of the user.
func TestBuildTakesPluginTags(t *testing.T) {
	dir := writePlugin(t)
	for name, text := range map[string]string{
		"asks.go": "package main\n\n//sluice:tags asked\n",
		"kept.go": "//go:build asked && mine\n\npackage main\n\nfunc init() { println(\"what both tags bring\") }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Build(testContext(t), Options{Dir: dir, Env: []string{"GOFLAGS=-tags=mine"}})
	if err != nil || !bytes.Contains(r.Code, []byte("what both tags bring")) {
		t.Errorf("the module lacks what the tags bring: %v", err)
	}
}
