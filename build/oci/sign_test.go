package oci

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sbom"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

func newKey(t *testing.T) *sign.PrivateKey {
	t.Helper()
	key, err := sign.Generate(sign.ECDSA)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// asking are options with a policy that asks for a key's signature.
func asking(key *sign.PrivateKey) Options {
	o := quick()
	o.Policy = policy.ForKeys("--key", key.Public())
	return o
}

// TestSignAndUse: nothing of an unsigned image is used, everything of a signed
// one is, on each way.
func TestSignAndUse(t *testing.T) {
	for _, storage := range []attach.Storage{attach.ByTag, attach.ByReferrer} {
		f, key := newFake(t), newKey(t)
		push(t, f, "p:1", pluginFile(t, ""))
		o, dir := asking(key), t.TempDir()
		uses := map[string]func() error{
			"pull":     func() error { _, err := Pull(ctx, f.at(t, "p:1"), filepath.Join(dir, "x.wasm"), o); return err },
			"copy":     func() error { _, err := Copy(ctx, f.at(t, "p:1"), mustPlace(t, dir+"/x.tar"), nil, o); return err },
			"check":    func() error { _, err := Check(ctx, f.at(t, "p:1").String(), CheckOptions{}, o); return err },
			"verify":   func() error { _, err := Verify(ctx, f.at(t, "p:1"), o); return err },
			"describe": func() error { _, err := Describe(ctx, f.at(t, "p:1").String(), o); return err },
			"bill":     func() error { _, err := Bill(ctx, f.at(t, "p:1").String(), sbom.SPDX, "", o); return err },
		}
		for name, use := range uses {
			if err := use(); !errors.Is(err, policy.ErrUnsigned) {
				t.Errorf("%s, unsigned: %v", name, err)
			}
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
		for _, present := range []bool{false, true} {
			s, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: key, Storage: storage}, quick())
			if err != nil || len(s.Signatures) != 1 || s.Signatures[0].Present != present {
				t.Fatalf("%s: %+v, %v", storage, s, err)
			}
		}
		for name, use := range uses {
			if err := use(); err != nil {
				t.Errorf("%s, signed: %v", name, err)
			}
		}
	}
}

// TestCopiedSignature: a signature that was copied to another repository does
// not count there, unless the name is allowed.
func TestCopiedSignature(t *testing.T) {
	f, key := newFake(t), newKey(t)
	p := push(t, f, "p:1", pluginFile(t, ""))
	tag := strings.Replace(p.Digest, ":", "-", 1) + ".sig"
	if _, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: key}, quick()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"1", tag} {
		if _, err := Copy(ctx, f.at(t, "p:"+name), f.at(t, "q:"+name), nil, quick()); err != nil {
			t.Fatal(err)
		}
	}
	o := asking(key)
	if _, err := Pull(ctx, f.at(t, "q:1"), filepath.Join(t.TempDir(), "x"), o); !errors.Is(err, sign.ErrOtherImage) {
		t.Errorf("got %v", err)
	}
	o.Policy.Rules[0].SignedAs = []string{f.at(t, "p:1").Name()}
	if _, err := Pull(ctx, f.at(t, "q:1"), filepath.Join(t.TempDir(), "x"), o); err != nil {
		t.Errorf("allowed: %v", err)
	}
}

// TestMovedTag: a tag that moves after it was judged changes nothing.
func TestMovedTag(t *testing.T) {
	f, key := newFake(t), newKey(t)
	good := push(t, f, "p:1", pluginFile(t, "good"))
	if _, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: key}, quick()); err != nil {
		t.Fatal(err)
	}
	bad := push(t, f, "p:2", pluginFile(t, "bad"))
	var moved atomic.Bool
	f.BreakWith(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, ".sig") && !moved.Swap(true) {
			f.Lock()
			f.Manifests["p/manifests/1"] = f.Manifests["p/manifests/"+bad.Digest]
			f.Unlock()
		}
		return false
	})
	got, err := Pull(ctx, f.at(t, "p:1"), filepath.Join(t.TempDir(), "x"), asking(key))
	if err != nil || got.SHA256 != good.SHA256 || !moved.Load() {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := Pull(ctx, f.at(t, "p:1"), filepath.Join(t.TempDir(), "x"), asking(key)); !errors.Is(err, policy.ErrUnsigned) {
		t.Errorf("after the move: %v", err)
	}
}

// TestRecursive: with it the manifest that gateways pin is signed too.
func TestRecursive(t *testing.T) {
	for recursive, want := range map[bool]error{false: policy.ErrUnsigned, true: nil} {
		f, key := newFake(t), newKey(t)
		p, err := Push(ctx, pluginFile(t, ""), f.at(t, "p:1"), nil, PackageOptions{Index: true}, quick())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: key, Recursive: recursive}, quick()); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(ctx, f.at(t, "p:1"), asking(key)); err != nil {
			t.Errorf("index: %v", err)
		}
		if _, err := Verify(ctx, f.at(t, "p@"+p.Manifest), asking(key)); !errors.Is(err, want) {
			t.Errorf("recursive %t: %v", recursive, err)
		}
	}
}

// TestSignLayout: a layout's directory keeps signatures and lists of referrers,
// and still has one image for who asks for none by name.
func TestSignLayout(t *testing.T) {
	dir, key := t.TempDir(), newKey(t)
	at := mustPlace(t, "oci:"+dir+":1")
	if _, err := Package(ctx, pluginFile(t, ""), at, nil, PackageOptions{}, Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Sign(ctx, at, SignOptions{Key: key}, Options{}); !errors.Is(err, errNoName) {
		t.Errorf("without a name: %v", err)
	}
	for _, s := range []attach.Storage{attach.ByTag, attach.ByReferrer} {
		if _, err := Sign(ctx, at, SignOptions{Key: key, As: "r.example/p", Storage: s}, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Attest(ctx, at, AttestOptions{SBOM: sbom.Formats(), Provenance: true, Key: key}, Options{}); err != nil {
		t.Fatal(err)
	}
	d, err := Describe(ctx, "oci:"+dir, asking(key))
	if err != nil || len(d.Image.Signatures) != 2 || len(d.Image.Referrers) != 4 || d.Image.Signatures[0].Name != "r.example/p" {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := Sign(ctx, mustPlace(t, dir+"/x.tar"), SignOptions{Key: key, As: "a/b"}, Options{}); err == nil {
		t.Error("a missing tar file was signed")
	}
}

// TestPushWith: the whole in one push; a second one adds nothing.
func TestPushWith(t *testing.T) {
	f, key, file := newFake(t), newKey(t), pluginFile(t, "")
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	e := Extras{Attest: AttestOptions{SBOM: sbom.Formats(), Provenance: true, Key: key, Tool: "v1"}, Sign: SignOptions{Key: key}}
	var puts [2]int
	for i := range puts {
		p, err := PushWith(ctx, file, f.at(t, "p:1"), nil, PackageOptions{}, e, quick())
		if err != nil || len(p.Attested.Attached) != 3 || p.Signed.Signatures[0].Digest != p.Digest {
			t.Fatalf("got %+v, %v", p, err)
		}
		puts[i] = f.Sent[http.MethodPut]
	}
	if again := puts[1] - puts[0]; again > 1 { // the tag
		t.Errorf("%d uploads, then %d", puts[0], again)
	}
	d, err := Describe(ctx, f.at(t, "p:1").String(), asking(key))
	if err != nil || len(d.Image.Referrers) != 3 || d.Image.Verified.Signatures[0].Key != key.Public().Fingerprint() {
		t.Errorf("got %+v, %v", d, err)
	}
}

// TestBillIsReproducible: of the image and of the file, today and tomorrow.
func TestBillIsReproducible(t *testing.T) {
	f, file := newFake(t), pluginFile(t, "")
	at := time.Unix(1700000000, 0)
	if _, err := Push(ctx, file, f.at(t, "p:1"), nil, PackageOptions{Created: at}, quick()); err != nil {
		t.Fatal(err)
	}
	for _, form := range sbom.Formats() {
		image, err := Bill(ctx, f.at(t, "p:1").String(), form, "v1", quick())
		if err != nil || !bytes.Contains(image, []byte("2023-11-14T22:13:20Z")) {
			t.Errorf("%s: %v\n%s", form, err, image)
		}
		t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
		local, err := Bill(ctx, file, form, "v1", quick())
		if err != nil || !bytes.Equal(local, image) || !json.Valid(local) {
			t.Errorf("%s: %v\n%s", form, err, local)
		}
		os.Unsetenv("SOURCE_DATE_EPOCH")
	}
}

func TestPublicURL(t *testing.T) {
	for remote, want := range map[string]string{
		"https://github.com/a/b.git":             "https://github.com/a/b.git",
		"https://me:secret@github.com/a/b?x=y#z": "https://github.com/a/b",
		"git@github.com:a/b.git":                 "ssh://github.com/a/b.git",
		"ssh://git@host:22/a":                    "ssh://host:22/a",
		"/srv/me/b":                              "",
		"../b":                                   "",
		"file:///srv/me/b":                       "",
		"":                                       "",
	} {
		if got := publicURL(remote); got != want {
			t.Errorf("%q: %q, want %q", remote, got, want)
		}
	}
}

// TestSigningFails: the error names the destination, and nothing says that the
// image is signed.
func TestSigningFails(t *testing.T) {
	f, key := newFake(t), newKey(t)
	push(t, f, "p:1", pluginFile(t, ""))
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	})
	s, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: key}, quick())
	if s != nil || err == nil || !strings.Contains(err.Error(), "sign destination") || !strings.Contains(err.Error(), "403") {
		t.Errorf("got %+v, %v", s, err)
	}
	long := map[string]string{"x": strings.Repeat("x", sign.MaxPayload)}
	if _, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: key, Annotations: long}, quick()); !errors.Is(err, sign.ErrLimit) {
		t.Errorf("long annotation: %v", err)
	}
}

// TestAttachedComesAlong: from a registry to a tar file, a directory and another
// registry; the signature still counts under the name that was signed.
func TestAttachedComesAlong(t *testing.T) {
	f, mirror, key, dir := newFake(t), newFake(t), newKey(t), t.TempDir()
	e := Extras{Attest: AttestOptions{SBOM: sbom.Formats(), Provenance: true, Key: key}, Sign: SignOptions{Key: key, Recursive: true}}
	if _, err := PushWith(ctx, pluginFile(t, ""), f.at(t, "p:1"), nil, PackageOptions{Index: true}, e, quick()); err != nil {
		t.Fatal(err)
	}
	o := quick()
	o.Attached = true
	stops := []Place{f.at(t, "p:1"), mustPlace(t, dir+"/x.tar:1"), mustPlace(t, "oci:"+dir+"/images:1"), mirror.at(t, "q:1"), mirror.at(t, "r:1")}
	for i := range stops[1:] {
		c, err := Copy(ctx, stops[i], stops[i+1], nil, o)
		if err != nil || c.Attached != 7 { // three signatures, one list of attestations, three referrers
			t.Fatalf("%s to %s: %+v, %v", stops[i], stops[i+1], c, err)
		}
		use := asking(key)
		use.Policy.Rules[0].SignedAs = []string{f.at(t, "p:1").Name()}
		d, err := Describe(ctx, stops[i+1].String(), use)
		if err != nil || len(d.Image.Referrers) != 3 {
			t.Errorf("%s: %+v, %v", stops[i+1], d, err)
		}
	}
	o.Attached = false
	if c, err := Copy(ctx, stops[0], mirror.at(t, "s:1"), nil, o); err != nil || c.Attached != 0 {
		t.Errorf("without: %+v, %v", c, err)
	}
}
