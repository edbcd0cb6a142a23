package oci

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/build/oci/layout"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// TestForms pushes every form that the command makes, and moves each on every
// way: the digest stays, and the plugin comes out as it went in.
func TestForms(t *testing.T) {
	r, other := startRegistry(t, ""), startRegistry(t, "")
	for name, flags := range map[string][]string{
		"oci":      nil,
		"docker":   {"--format", "docker"},
		"artifact": {"--format", "artifact"},
		"higress":  {"--higress-metadata"},
		"index":    {"--index", "--for", "istio,higress,envoy-gateway,wkg,runwasi"},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUser(t)
			wasm := hello(t)
			if name != "oci" { // one of 4 MiB is enough
				wasm = filepath.Join(t.TempDir(), "main.wasm")
				os.WriteFile(wasm, checktest.Plugin(name), 0o644)
			}
			dir := filepath.Dir(wasm)
			for _, name := range []string{"spec.yaml", "README.md", "README_EN.md", "icon.png"} {
				os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644)
			}
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
	raw := checktest.Plugin("for every layout")
	images := t.TempDir()
	w, err := layout.Create(images)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, l := range checktest.Layouts() {
		t.Run(l.Name, func(t *testing.T) {
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
			move(t, images, r.host+"/lab/"+l.Name, l, m.Root.Digest.String(), fmt.Sprintf("%x", sha256.Sum256(raw)))
		})
	}
}

// plain reaches the test's registries.
func plain() oci.Options { return oci.Options{Registry: registry.Options{PlainHTTP: true}} }

// move takes an image from a layout through the registry and back, without the
// command around it, and asks who takes it.
func move(t *testing.T, images, at string, l checktest.Layout, want, sum string) {
	t.Helper()
	saved := filepath.Join(t.TempDir(), "saved.tar")
	stops := []string{"oci:" + images + ":" + l.Name, at + ":1", at + "-copy:1", saved, at + "-loaded:1"}
	for i := range stops[1:] {
		got, err := oci.Copy(t.Context(), place(t, stops[i]), place(t, stops[i+1]), nil, plain())
		if err != nil || got.Digest != want {
			t.Fatalf("%s to %s: got %+v, %v, want %s", stops[i], stops[i+1], got, err, want)
		}
	}
	last := stops[len(stops)-1]
	checked, err := oci.Check(t.Context(), last, oci.CheckOptions{For: check.Consumers()}, plain())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range checked.Verdicts {
		letter := map[check.Consumer]string{check.Wkg: "W", check.Kwctl: "K", check.Runwasi: "R"}[v.Consumer]
		if want := strings.Contains(l.Takes, cmp.Or(letter, "G")); v.Accepted != want {
			t.Errorf("%+v, want accepted=%t", v, want)
		}
	}
	if strings.Contains(l.Takes, "G") {
		pulled, err := oci.Pull(t.Context(), place(t, last), t.TempDir(), plain())
		if err != nil || pulled.SHA256 != sum {
			t.Errorf("pulled %+v, %v, want %s", pulled, err, sum)
		}
	}
}

func place(t *testing.T, text string) oci.Place {
	t.Helper()
	p, err := oci.ParsePlace(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
