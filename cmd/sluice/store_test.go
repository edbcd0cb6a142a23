package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/build/oci/store"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
)

// TestStoreUsage: what can be seen to be wrong on the command line.
func TestStoreUsage(t *testing.T) {
	t.Setenv(store.Variable, t.TempDir())
	for args, want := range map[string]string{
		"drop":                        `no command "drop"; want list, add`,
		"list x":                      "list takes no argument",
		"add":                         "add needs one argument",
		"add plugin":                  "begin with the registry",
		"add ./x.tar":                 "is a layout",
		"add a.example/b --pull x":    "want missing, always, never",
		"prune --older-than x":        "invalid",
		"prune --older-than -1h":      "want a positive time",
		"prune --older-than 0s":       "want a positive time",
		"prune --keep 0":              "--all removes all",
		"prune --max-size 5TB":        `--max-size "5TB"`,
		"prune --max-size 0":          "want a positive size",
		"prune --max-size -5MB":       `--max-size "-5MB"`,
		"prune --max-size 9999999999": `--max-size`,
		"path --output xml":           "want text, json",
	} {
		sluice(t, append([]string{"store"}, strings.Fields(args)...)...).wantUsage(t, args, want)
	}
	for args, want := range map[string]string{
		"--pull never":                "--pull is for images",
		"--store x":                   "--store is for images",
		"--key k.pub":                 "--key is for images",
		"--plain-http --no-watch":     "--plain-http is for images",
		"--ca-file x --no-watch":      "--ca-file is for images",
		"--pull sometimes":            "want missing, always, never",
		"--plugin-dir x --pull never": "leave out",
	} {
		sluice(t, append([]string{"run", t.TempDir()}, strings.Fields(args)...)...).wantUsage(t, args, want)
	}
}

// TestParseSize reads what people write.
func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "7K": 7 << 10, "500MB": 500 << 20, "2GiB": 2 << 30, "10B": 10} {
		if got, err := parseSize(text); got != want || err != nil {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
}

// filled is a store with one image, whose registry is gone.
func filled(t *testing.T) (at string, l *oci.Loaded) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv(store.Variable, filepath.Join(dir, "store"))
	file := filepath.Join(dir, "main.wasm")
	os.WriteFile(file, envoytest.Probe("kept"), 0o644)
	server := httptest.NewServer(registrytest.New())
	defer server.Close()
	at = strings.TrimPrefix(server.URL, "http://") + "/team/kept:1"
	if r := sluice(t, "push", file, at, "--plain-http"); r.code != exitOK {
		t.Fatal(r)
	}
	r := sluice(t, "store", "add", at, "--plain-http", "--output", "json")
	if err := json.Unmarshal([]byte(r.stdout), &l); err != nil || r.code != exitOK || !l.Kept || l.FromStore {
		t.Fatal(r, err)
	}
	return at, l
}

// TestStore: what was added is listed, used without its registry, checked and
// pruned.
func TestStore(t *testing.T) {
	at, l := filled(t)
	if r := sluice(t, "store", "add", at); r.code != exitOK || !strings.HasPrefix(r.stdout, "present "+at) {
		t.Errorf("again: %+v", r)
	}
	repo, _, _ := strings.Cut(at, ":1")
	if r := sluice(t, "store", "list"); r.code != exitOK || !strings.Contains(r.stdout, l.Manifest) || !strings.Contains(r.stdout, repo[:9]) {
		t.Errorf("list: %+v", r)
	}
	var images []store.Image
	if r := sluice(t, "store", "list", "--output", "json"); json.Unmarshal([]byte(r.stdout), &images) != nil || len(images) != 1 || images[0].Digest != l.Digest {
		t.Errorf("list: %+v", r)
	}
	if r := sluice(t, "store", "check"); r.code != exitOK || r.stdout != "1 images, 0 damaged files\n" {
		t.Errorf("check: %+v", r)
	}
	dir := strings.TrimSpace(sluice(t, "store", "path").stdout)
	blob := filepath.Join(dir, "blobs", "sha256", strings.TrimPrefix(l.Digest, "sha256:"))
	os.WriteFile(blob, []byte("damaged"), 0o644)
	r := sluice(t, "store", "check")
	r.wantOutputAndFailure(t, "damaged blobs/sha256/", "1 files in "+dir+" are damaged")
	if r := sluice(t, "store", "prune", "--dry-run"); r.code != exitOK || !strings.HasPrefix(r.stdout, "would remove 0 images") || !strings.HasSuffix(r.stdout, "1 stay\n") {
		t.Errorf("dry run: %+v", r)
	}
	var p store.Pruned
	if r := sluice(t, "store", "prune", "--all", "--output", "json"); json.Unmarshal([]byte(r.stdout), &p) != nil || len(p.Removed) != 1 || p.Bytes == 0 {
		t.Errorf("prune: %+v", r)
	}
	if r := sluice(t, "store", "list"); r.stdout != "no images\n" {
		t.Errorf("list: %+v", r)
	}
	if r := sluice(t, "run", at, "--pull", "never", "--listen", "127.0.0.1:0", "--httpbin", "off"); r.code != exitFailure || !strings.Contains(r.stderr, "--pull missing") {
		t.Errorf("run: %+v", r)
	}
}

func (r result) wantOutputAndFailure(t *testing.T, out, text string) {
	t.Helper()
	if r.code != exitFailure || !strings.Contains(r.stdout, out) || !strings.Contains(r.stderr, text) {
		t.Errorf("%+v", r)
	}
}

// TestRunFromStore: a plugin that the store has runs without its registry, by
// tag and by digest.
func TestRunFromStore(t *testing.T) {
	at, l := filled(t)
	repo, _, _ := strings.Cut(at, ":1")
	for _, name := range []string{at, "oci://" + at, repo + "@" + l.Digest} {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		out := &until{want: `"event":"ready"`, found: cancel}
		var errOut strings.Builder
		code := execute(ctx, []string{"run", name, "--listen", "127.0.0.1:0", "--httpbin", "127.0.0.1:0", "--admin", "off", "--output", "json"}, out, &errOut)
		cancel()
		if code != exitOK || !strings.Contains(out.String(), `"fromStore":true`) || !strings.Contains(out.String(), `"plugins":"kept"`) {
			t.Errorf("%s: code %d, %s%s", name, code, out.String(), errOut.String())
		}
	}
}

// until keeps what is written and calls found once a text was.
type until struct {
	mu    sync.Mutex
	text  strings.Builder
	want  string
	found func()
}

func (u *until) Write(b []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	n, err := u.text.Write(b)
	if strings.Contains(u.text.String(), u.want) {
		u.found()
	}
	return n, err
}

func (u *until) String() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.text.String()
}
