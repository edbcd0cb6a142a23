package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/bundle"
)

// The command hands over its arguments, prints what was made, and leaves no file
// where something is wrong.
func TestBundle(t *testing.T) {
	hello := filepath.Join("..", "..", "test", "e2e", "testdata", "step")
	file := filepath.Join(t.TempDir(), "all.wasm")
	r := sluice(t, "bundle", hello, "again="+hello, "-o", file)
	for _, text := range []string{file, "plugin  step", "plugin  again"} {
		if r.code != exitOK || !strings.Contains(r.stdout, text) {
			t.Errorf("code %d, want %q in %s%s", r.code, text, r.stdout, r.stderr)
		}
	}
	r = sluice(t, "bundle", hello, "-o", file, "--output", "json")
	var made bundle.Result
	if err := json.Unmarshal([]byte(r.stdout), &made); r.code != exitOK || err != nil || len(made.Plugins) != 1 || made.Result == nil || made.Size == 0 {
		t.Errorf("%v, %+v", err, r)
	}
}

func TestBundleFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "all.wasm")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, exitUsage, "bundle needs the directories of the plugins"},
		{[]string{"a="}, exitUsage, `plugin "a=": want DIR or NAME=DIR`},
		{[]string{"x", "./x"}, exitFailure, `two plugins are called "x", of x and of ./x: give one another name, as in x-2=./x`},
		{[]string{"none"}, exitFailure, "plugin none: plugin directory: stat none: no such file or directory"},
		{[]string{plugin(t, source)}, exitFailure, "it does not use this SDK"},
		{[]string{"a", "--target", "nowhere"}, exitUsage, "want envoy"},
	} {
		r := sluice(t, append([]string{"bundle", "-o", file}, c.args...)...)
		if r.code != c.code || !strings.Contains(r.stderr, c.want) {
			t.Errorf("%v: code %d, want %d and %q in %s", c.args, r.code, c.code, c.want, r.stderr)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a file was written")
	}
}
