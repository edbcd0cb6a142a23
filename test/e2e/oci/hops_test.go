package oci

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/build/oci/layout"
)

// TestForms pushes every form that the command makes, and moves each on every
// way: the digest stays, and the plugin comes out as it went in.
func TestForms(t *testing.T) {
	r, other := startRegistry(t, ""), startRegistry(t, "")
	wasm := hello(t)
	dir := filepath.Dir(wasm)
	for _, name := range []string{"spec.yaml", "README.md", "README_EN.md", "icon.png"} {
		os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644)
	}
	for name, flags := range map[string][]string{
		"oci":      nil,
		"docker":   {"--format", "docker"},
		"artifact": {"--format", "artifact"},
		"higress":  {"--higress-metadata"},
		"index":    {"--index", "--for", "istio,higress,envoy-gateway,wkg,runwasi"},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUser(t)
			at := r.host + "/team/" + name
			pushed := u.json(append([]string{"push", dir, at + ":1", "-t", "latest", "--plain-http"}, flags...)...)
			packaged := u.json(append([]string{"package", dir, "-o", "p.tar"}, flags...)...)
			if packaged.Digest != pushed.Digest {
				t.Errorf("packaged %s, pushed %s", packaged.Digest, pushed.Digest)
			}
			u.hops(at, other.host+"/mirror/"+name, pushed, wasm)
			if c := u.json("check", at+":latest", "--plain-http"); c.Digest != pushed.Digest || c.SHA256 != pushed.SHA256 {
				t.Errorf("check says %+v", c)
			}
		})
	}
}

// hops moves an image from one registry to another on all ways.
func (u *user) hops(at, mirror string, want moved, wasm string) {
	u.t.Helper()
	for _, args := range [][]string{
		{"copy", at + ":1", mirror + ":1", "--plain-http"},
		{"copy", at + "@" + want.Digest, mirror + "-pinned", "--plain-http"},
		{"save", mirror + ":1", "-o", "s.tar", "--plain-http"},
		{"save", mirror + ":1", "-o", "images/", "--plain-http"},
		{"copy", "oci:images:1", "oci-archive:again.tar:2"},
		{"load", "again.tar", mirror + "-loaded:2", "--plain-http"},
		{"load", "images/:1", mirror + "-loaded:3", "--plain-http"},
	} {
		if got := u.json(args...); got.Digest != want.Digest || got.Manifest != want.Manifest {
			u.t.Errorf("%v: got %+v, want %+v", args, got, want)
		}
	}
	original, err := os.ReadFile(wasm)
	if err != nil {
		u.t.Fatal(err)
	}
	for _, from := range []string{mirror + "-loaded:2", mirror + "-loaded:3", mirror + "-pinned", "./s.tar", "oci:images"} {
		got := u.json("pull", from, "-o", "out.wasm", "--plain-http")
		raw, _ := os.ReadFile(filepath.Join(u.home, "out.wasm"))
		if got.Manifest != want.Manifest || got.SHA256 != fmt.Sprintf("%x", sha256.Sum256(original)) || !bytes.Equal(raw, original) {
			u.t.Errorf("pull %s: got %+v, want %+v", from, got, want)
		}
	}
}

// TestLayouts moves every layout that was ever tried, also those that no
// gateway takes, and check says who takes it.
func TestLayouts(t *testing.T) {
	r := startRegistry(t, "")
	u := newUser(t)
	raw, err := os.ReadFile(hello(t))
	if err != nil {
		t.Fatal(err)
	}
	images := filepath.Join(u.home, "images")
	w, err := layout.Create(images)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, l := range checktest.Layouts() {
		t.Run(l.Name, func(t *testing.T) {
			u.t = t
			m, err := l.Make(raw)
			if err == nil {
				err = oras.CopyGraph(context.Background(), m, w, m.Root, oras.CopyGraphOptions{})
			}
			if err == nil {
				err = w.Tag(context.Background(), m.Root, l.Name)
			}
			if err != nil {
				t.Fatal(err)
			}
			at, want := r.host+"/lab/"+l.Name, m.Root.Digest.String()
			for _, args := range [][]string{
				{"load", "images:" + l.Name, at + ":1", "--plain-http"},
				{"copy", at + ":1", at + "-copy:1", "--plain-http"},
				{"save", at + "-copy:1", "-o", l.Name + ".tar", "--plain-http"},
				{"load", l.Name + ".tar", at + "-loaded:1", "--plain-http"},
			} {
				if got := u.json(args...); got.Digest != want {
					t.Errorf("%v: got %s, want %s", args, got.Digest, want)
				}
			}
			u.verdicts(at+"-loaded:1", l.Takes)
			if strings.Contains(l.Takes, "G") {
				if got := u.json("pull", at+"-loaded:1", "--plain-http"); got.SHA256 != fmt.Sprintf("%x", sha256.Sum256(raw)) {
					t.Errorf("pulled %s", got.SHA256)
				}
			}
		})
	}
}

// verdicts asks check about each consumer.
func (u *user) verdicts(image, takes string) {
	u.t.Helper()
	for consumer, letter := range map[string]string{"istio": "G", "higress": "G", "envoy-gateway": "G", "wkg": "W", "kwctl": "K", "runwasi": "R"} {
		_, text, err := u.try("check", image, "--plain-http", "--for", consumer)
		if want := strings.Contains(takes, letter); want != (err == nil) || !want && !strings.Contains(text, "would refuse") {
			u.t.Errorf("%s, %s: %v %s", image, consumer, err, text)
		}
	}
}
