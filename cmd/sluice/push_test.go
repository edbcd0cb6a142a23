package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
)

// built makes a plugin's directory with a module in it, outside any clone.
func built(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.wasm"), checktest.Plugin(""), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestImageUsage: mistakes in the command line are told as such.
func TestImageUsage(t *testing.T) {
	for _, tt := range []struct{ line, text string }{
		{"push", "the plugin and the image"},
		{"push .", "the plugin and the image"},
		{"push . plugin:1", "docker.io/plugin:1"},
		{"push . r.example/p:1 --format zip", "want oci, docker, artifact"},
		{"push . r.example/p:1 --annotation x", "want KEY=VALUE"},
		{"push . r.example/p:1 --for nginx", "want istio"},
		{"package a b", "one argument"},
		{"package . -o oci://r.example/p", "in a registry"},
		{"pull", "one argument, the image"},
		{"pull r.example/P", "not the name of an image"},
		{"copy r.example/p", "from where, and to where"},
		{"save r.example/p -o oci://x", "in a registry"},
		{"load oci://x/y r.example/p", "in a registry"},
		{"check", "one argument"},
		{"check x --for nginx", "want istio"},
	} {
		sluice(t, strings.Fields(tt.line)...).wantUsage(t, tt.line, tt.text)
	}
}

// TestImageFailures: what can't be done is one line, and exit code 1.
func TestImageFailures(t *testing.T) {
	dir := built(t)
	tar := filepath.Join(dir, "x.tar")
	for _, tt := range []struct {
		args []string
		text string
	}{
		{[]string{"package", t.TempDir(), "-o", tar}, "sluice build"},
		{[]string{"package", dir, "-o", tar, "--for", "wkg"}, "wkg would refuse"},
		{[]string{"package", dir, "-o", tar, "--higress-metadata"}, "spec.yaml"},
		{[]string{"package", dir, "-o", tar, "--index", "--format", "docker"}, "can't be made"},
		{[]string{"package", dir, "-o", dir}, "no OCI layout"},
		{[]string{"pull", tar}, "no such file"},
		{[]string{"push", dir, "r.example/p:1", "--ca-file", "/does/not/exist"}, "certificates to trust"},
	} {
		sluice(t, tt.args...).wantFailure(t, strings.Join(tt.args, " "), tt.text)
	}
	if _, err := os.Stat(tar); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s was written: %v", tar, err)
	}
}

// TestPackageCheckPull: the commands that need no registry, for people and for
// programs.
func TestPackageCheckPull(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	dir := built(t)
	tar, out := filepath.Join(dir, "p.tar"), filepath.Join(dir, "out.wasm")
	text := sluice(t, "package", dir, "-o", tar, "--tag", "1.0").stdout
	var packaged oci.Packaged
	decode(t, sluice(t, "package", dir, "-o", tar, "--tag", "1.0", "--output", "json"), &packaged)
	for _, part := range []string{packaged.Digest, "1.0", packaged.SHA256, "2023-11-14 22:13:20 UTC, from SOURCE_DATE_EPOCH"} {
		if !strings.Contains(text, part) {
			t.Errorf("package prints no %q:\n%s", part, text)
		}
	}
	var checked oci.Checked
	decode(t, sluice(t, "check", tar, "--output", "json"), &checked)
	if checked.Digest != packaged.Digest || len(checked.Verdicts) != 3 || !checked.Verdicts[0].Accepted {
		t.Errorf("check: %+v", checked)
	}
	if r := sluice(t, "check", tar); r.code != 0 || strings.Count(r.stdout, "takes it; pin "+packaged.Digest) != 3 {
		t.Errorf("check: %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	refused := sluice(t, "check", tar, "--for", "istio,wkg")
	refused.wantFailure(t, "check for wkg", "--index")
	if !strings.Contains(refused.stdout, "wkg    refuses it") {
		t.Errorf("check prints\n%s", refused.stdout)
	}
	sluice(t, "check", tar, "--sha256", strings.Repeat("0", 64)).wantFailure(t, "wrong pin", "pin "+packaged.Digest)
	var pulled oci.Pulled
	decode(t, sluice(t, "pull", tar, "-o", out, "--output", "json"), &pulled)
	raw, _ := os.ReadFile(out)
	if pulled.SHA256 != packaged.SHA256 || !bytes.Equal(raw, checktest.Plugin("")) {
		t.Errorf("pull: %+v", pulled)
	}
	if r := sluice(t, "copy", tar, "oci:"+dir+"/images:2"); r.code != 0 || !strings.Contains(r.stdout, packaged.Digest) || !strings.Contains(r.stderr, "done") {
		t.Errorf("copy: %+v", r)
	}
}

func decode(t *testing.T, r result, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.stdout), v); err != nil || r.code != 0 {
		t.Fatalf("code %d, %v\n%s%s", r.code, err, r.stdout, r.stderr)
	}
}

// TestProgress: a bar on a terminal, lines elsewhere, and a line for each
// failure that is tried again.
func TestProgress(t *testing.T) {
	events := []oci.Event{
		{State: oci.Started, Digest: "sha256:0123456789abcdef", Size: 1000, MediaType: "a/b"},
		{State: oci.Moving, Digest: "sha256:0123456789abcdef", Size: 1000, Moved: 500},
		{State: oci.Retrying, Err: errors.New("it broke")},
		{State: oci.Done, Digest: "sha256:0123456789abcdef", Size: 1000, Moved: 1000, MediaType: "a/b"},
		{State: oci.Present, Digest: "sha256:ff", Size: 1000, Moved: 1000, MediaType: "c/d"},
	}
	for terminal, want := range map[bool]string{
		false: "trying again: it broke\ndone    0123456789ab 1000 B a/b\npresent ff 1000 B c/d\n",
		true: "\r\x1b[K[" + strings.Repeat(" ", 30) + "] 0 B of 1000 B" +
			"\r\x1b[K[" + strings.Repeat("=", 15) + strings.Repeat(" ", 15) + "] 500 B of 1000 B" +
			"\r\x1b[Ktrying again: it broke\n" +
			"\r\x1b[K[" + strings.Repeat("=", 30) + "] 1000 B of 1000 B" +
			"\r\x1b[K[" + strings.Repeat("=", 30) + "] 2.0 KiB of 2.0 KiB\r\x1b[K",
	} {
		var out bytes.Buffer
		clock := time.Unix(0, 0)
		p := &progress{w: &out, terminal: terminal, moved: map[string]int64{}, sizes: map[string]int64{},
			now: func() time.Time { clock = clock.Add(time.Second); return clock }}
		for _, e := range events {
			p.event(e)
		}
		p.stop()
		if out.String() != want {
			t.Errorf("terminal %t:\n%q\n%q", terminal, out.String(), want)
		}
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	t.Setenv("TERM", "xterm")
	if isTerminal(null) || isTerminal(&bytes.Buffer{}) {
		t.Error("nobody looks at these")
	}
}
