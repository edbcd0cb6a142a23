package oci

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/build/oci/sign"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	orasregistry "oras.land/oras-go/v2/registry"
)

// keys makes a pair and returns the names of its files.
func (u *user) keys(name, kind string) (private, public string) {
	u.t.Helper()
	u.run("keygen", "-o", name, "--kind", kind, "--no-passphrase")
	return filepath.Join(u.home, name+".key"), filepath.Join(u.home, name+".pub")
}

// TestSignedInEveryForm: each form of an image and each kind of key, in a
// registry without the referrers API; nothing unsigned is pulled.
func TestSignedInEveryForm(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	for kind, storage := range map[string]string{"ecdsa": "tag", "ed25519": "referrer"} {
		private, public := u.keys(kind, kind)
		for form, flags := range map[string][]string{"oci": nil, "docker": {"--format", "docker"}, "artifact": {"--format", "artifact"}, "index": {"--index"}} {
			at := fmt.Sprintf("%s/%s/%s:1", r.host, kind, form)
			pushed := u.json(append([]string{"push", hello(t), at, "--plain-http"}, flags...)...)
			u.fails("not signed", "pull", at, "--plain-http", "--key", public)
			u.run("sign", at, "--plain-http", "--key", private, "--recursive", "--storage", storage)
			got := u.json("pull", at, "--plain-http", "--key", public)
			if got.Digest != pushed.Digest || got.SHA256 != pushed.SHA256 {
				t.Errorf("%s: pulled %+v, pushed %+v", at, got, pushed)
			}
			if pushed.Manifest != "" {
				u.run("verify", fmt.Sprintf("%s/%s/%s@%s", r.host, kind, form, pushed.Manifest), "--plain-http", "--key", public)
			}
			u.run("copy", at, r.host+"/copies/"+kind+form+":1", "--plain-http", "--key", public)
			u.fails("not signed", "verify", r.host+"/copies/"+kind+form+":1", "--plain-http", "--key", public)
		}
	}
}

// TestSignatureFaults: what somebody who writes to the registry can put in the
// place of a signature.
func TestSignatureFaults(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	private, public := u.keys("k", "ecdsa")
	_, other := u.keys("o", "ecdsa")
	at := r.host + "/team/p"
	pushed := u.json("push", hello(t), at+":1", "--plain-http")
	u.fails("not signed;", "verify", at+":1", "--plain-http", "--key", public)

	u.run("sign", at+":1", "--plain-http", "--key", private, "--as", "registry.example/team/p")
	u.fails("signs an image of another name", "verify", at+":1", "--plain-http", "--key", public)
	u.run("verify", at+":1", "--plain-http", "--key", public, "--signed-as", "registry.example/team/p")
	u.fails("not signed with this key", "verify", at+":1", "--plain-http", "--key", other)

	second := u.json("push", hello(t), at+":2", "--plain-http", "--annotation", "a=b")
	u.run("sign", at+":1", "--plain-http", "--key", private)
	good := tagOf(pushed.Digest)
	u.run("copy", at+":"+good, at+":"+tagOf(second.Digest), "--plain-http")
	u.fails("signs another digest", "verify", at+":2", "--plain-http", "--key", public)

	for name, tt := range map[string]struct {
		change func(*ocispec.Manifest)
		says   string
	}{
		"1,001 signatures": {func(m *ocispec.Manifest) {
			for len(m.Layers) < 1001 {
				m.Layers = append(m.Layers, m.Layers[0])
			}
		}, "at most 1000"},
		"media type": {func(m *ocispec.Manifest) {
			for i := range m.Layers {
				m.Layers[i].MediaType = ocispec.MediaTypeImageLayer
			}
		}, "want " + sign.PayloadType},
		"flipped signature": {func(m *ocispec.Manifest) {
			for _, l := range m.Layers {
				raw, _ := base64.StdEncoding.DecodeString(l.Annotations[sign.SignatureAnnotation])
				raw[len(raw)-1] ^= 1
				l.Annotations[sign.SignatureAnnotation] = base64.StdEncoding.EncodeToString(raw)
			}
		}, "not signed with this key"},
		"payload of another size": {func(m *ocispec.Manifest) {
			for i := range m.Layers {
				m.Layers[i].Size = sign.MaxPayload + 1
			}
		}, "at most 65536"},
	} {
		t.Run(name, func(t *testing.T) {
			u := &user{t, u.home, u.env}
			u.change(at, good, tt.change)
			u.fails(tt.says, "pull", at+":1", "--plain-http", "--key", public)
		})
	}
}

// tagOf is the tag of an image's signatures.
func tagOf(digest string) string { return strings.Replace(digest, ":", "-", 1) + ".sig" }

// change writes a manifest of the registry anew, and puts the old one back at
// the end of the test.
func (u *user) change(repository, tag string, change func(*ocispec.Manifest)) {
	u.t.Helper()
	ref, err := orasregistry.ParseReference(repository)
	if err != nil {
		u.t.Fatal(err)
	}
	repo, err := registry.Open(ref, registry.Options{PlainHTTP: true})
	if err != nil {
		u.t.Fatal(err)
	}
	d, old, err := oras.FetchBytes(u.t.Context(), repo, tag, oras.DefaultFetchBytesOptions)
	if err != nil {
		u.t.Fatal(err)
	}
	var m ocispec.Manifest
	if err := json.Unmarshal(old, &m); err != nil {
		u.t.Fatal(err)
	}
	change(&m)
	raw, err := json.Marshal(m)
	if err != nil {
		u.t.Fatal(err)
	}
	for _, content := range [][]byte{raw, old} {
		put := func() {
			d := image.NewMemory().Add(d.MediaType, content)
			if err := repo.PushReference(context.Background(), d, bytes.NewReader(content), tag); err != nil {
				u.t.Error(err)
			}
		}
		if bytes.Equal(content, old) {
			u.t.Cleanup(put)
		} else {
			put()
		}
	}
}

// TestNoOtherNetwork: signing and verifying reach the registry and nothing else.
func TestNoOtherNetwork(t *testing.T) {
	r := startRegistry(t, "")
	var others, seen atomic.Int32
	p := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodConnect || req.URL.Host != "registry.test:5000" {
			others.Add(1)
			http.Error(w, "not for "+req.Host, http.StatusBadGateway)
			return
		}
		seen.Add(1)
		forward(w, req, r.host)
	}))
	defer p.Close()
	u := newUser(t, "HTTP_PROXY="+p.URL, "HTTPS_PROXY="+p.URL, "NO_PROXY=")
	private, public := u.keys("k", "ed25519")
	at := "registry.test:5000/p:1"
	u.run("push", hello(t), at, "--plain-http", "--sbom", "spdx,cyclonedx", "--provenance", "--sign-key", private)
	u.run("pull", at, "--plain-http", "--key", public)
	u.run("inspect", at, "--plain-http", "--key", public)
	if seen.Load() == 0 || others.Load() != 0 {
		t.Errorf("%d requests to the registry, %d to others", seen.Load(), others.Load())
	}
}

// TestAttached: bills and provenance are found by their types, hold what the
// plugin is made of, and a second push adds nothing.
func TestAttached(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	private, public := u.keys("k", "ecdsa")
	at := r.host + "/team/p:1"
	var before string
	for range 2 {
		u.run("push", hello(t), at, "--plain-http", "--sbom", "spdx,cyclonedx", "--provenance", "--sign-key", private)
		var d struct {
			Image struct {
				Signatures []any
				Referrers  []struct{ Type, Digest string }
			}
		}
		if err := json.Unmarshal([]byte(u.run("inspect", at, "--plain-http", "--key", public, "--output", "json")), &d); err != nil {
			t.Fatal(err)
		}
		now := fmt.Sprint(d.Image.Referrers)
		if before != "" && now != before || len(d.Image.Signatures) != 1 || len(d.Image.Referrers) != 3 {
			t.Errorf("got %+v", d.Image)
		}
		for _, kind := range []string{"application/spdx+json", "application/vnd.cyclonedx+json", "application/vnd.in-toto+json"} {
			if strings.Count(now, kind) != 1 {
				t.Errorf("no %s in %s", kind, now)
			}
		}
		before = now
	}
	for _, form := range []string{"spdx", "cyclonedx"} {
		ofImage := u.run("sbom", at, "--plain-http", "--format", form)
		if ofFile := u.run("sbom", hello(t), "--format", form); ofFile != ofImage || !strings.Contains(ofFile, "github.com/tidwall/gjson") {
			t.Errorf("%s of the file and of the image:\n%s\n%s", form, ofFile, ofImage)
		}
	}
}

// TestPolicyFile: rules by repository, in real commands.
func TestPolicyFile(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	private, _ := u.keys("team", "ecdsa")
	for _, name := range []string{"team/a", "team/b", "open/c", "bad/d"} {
		u.run("push", hello(t), r.host+"/"+name+":1", "--plain-http")
	}
	u.run("sign", r.host+"/team/a:1", "--plain-http", "--key", private)
	text := fmt.Sprintf(`
default: reject
rules:
- {images: ["%[1]s/team/**"], action: signed, keys: [team.pub]}
- {images: ["%[1]s/open/*"], action: accept}
`, r.host)
	if err := os.WriteFile(filepath.Join(u.home, "policy.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{"team/a": "", "team/b": "not signed", "open/c": "", "bad/d": "the default of policy.yaml rejects it"} {
		args := []string{"pull", r.host + "/" + name + ":1", "--plain-http", "--policy", "policy.yaml"}
		if says == "" {
			u.run(args...)
		} else {
			u.fails(says, args...)
		}
	}
}
