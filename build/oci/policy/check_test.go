package policy

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/attach/attachtest"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

const name = "r.example/team/p"

// world is a repository with an image, and the keys of this test.
type world struct {
	t     *testing.T
	mem   *attachtest.Memory
	image ocispec.Descriptor
	keys  []*sign.PrivateKey
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, mem: attachtest.New()}
	w.image = w.mem.AddManifest("1", w.mem.Add("a/b", []byte("plugin")))
	for _, kind := range []sign.Kind{sign.ECDSA, sign.Ed25519} {
		key, err := sign.Generate(kind)
		if err != nil {
			t.Fatal(err)
		}
		w.keys = append(w.keys, key)
	}
	return w
}

// layer signs a payload.
func (w *world) layer(key *sign.PrivateKey, p *sign.Payload) ocispec.Descriptor {
	w.t.Helper()
	text, err := p.JSON()
	if err != nil {
		w.t.Fatal(err)
	}
	value, err := key.Sign(text)
	if err != nil {
		w.t.Fatal(err)
	}
	d := w.mem.Add(sign.PayloadType, text)
	d.Annotations = map[string]string{sign.SignatureAnnotation: base64.StdEncoding.EncodeToString(value)}
	return d
}

// good is the payload that counts.
func (w *world) good() *sign.Payload { return sign.NewPayload(name, w.image.Digest.String(), nil) }

// tag puts signatures under the tag of the image.
func (w *world) tag(layers ...ocispec.Descriptor) {
	w.mem.AddManifest(attach.Tag(w.image.Digest, ".sig"), layers...)
}

func (w *world) check(p *Policy) (*Verified, error) {
	return p.Check(context.Background(), Image{Name: name, Manifest: w.image, Source: w.mem})
}

func (w *world) policy() *Policy { return ForKeys("--key", w.keys[0].Public()) }

// TestFaults: each way in which a signature can be wrong is refused, with the
// reason, the digest, the key and what to do.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*world)
		want error
		says string
	}{
		{"missing", func(*world) {}, ErrUnsigned, "sluice sign"},
		{"other key", func(w *world) { w.tag(w.layer(w.keys[1], w.good())) }, sign.ErrOtherKey, "public key"},
		{"other digest", func(w *world) {
			w.tag(w.layer(w.keys[0], sign.NewPayload(name, "sha256:"+strings.Repeat("0", 64), nil)))
		}, sign.ErrOtherDigest, "another image"},
		{"replayed from another repository", func(w *world) {
			w.tag(w.layer(w.keys[0], sign.NewPayload("r.example/team/q", w.image.Digest.String(), nil)))
		}, sign.ErrOtherImage, "--signed-as"},
		{"expired", func(w *world) {
			w.tag(w.layer(w.keys[0], sign.NewPayload(name, w.image.Digest.String(), map[string]string{"expires": "2001-01-01T00:00:00Z"})))
		}, sign.ErrExpired, "again"},
		{"expires at no time", func(w *world) {
			w.tag(w.layer(w.keys[0], sign.NewPayload(name, w.image.Digest.String(), map[string]string{"expires": "later"})))
		}, sign.ErrMalformed, "later"},
		{"payload replaced", func(w *world) {
			l := w.layer(w.keys[0], w.good())
			other := w.mem.Add(sign.PayloadType, []byte(`{"critical":{"type":"cosign container image signature"}}`))
			other.Annotations = l.Annotations
			w.tag(other)
		}, sign.ErrOtherKey, ""},
		{"no signature in the annotation", func(w *world) {
			l := w.layer(w.keys[0], w.good())
			l.Annotations = nil
			w.tag(l)
		}, sign.ErrMalformed, "base64"},
		{"signature not in base64", func(w *world) {
			l := w.layer(w.keys[0], w.good())
			l.Annotations[sign.SignatureAnnotation] = "%%%"
			w.tag(l)
		}, sign.ErrMalformed, "base64"},
		{"wrong media type", func(w *world) {
			l := w.layer(w.keys[0], w.good())
			l.MediaType = ocispec.MediaTypeImageLayer
			w.tag(l)
		}, sign.ErrMalformed, ocispec.MediaTypeImageLayer},
		{"payload too large", func(w *world) {
			w.tag(w.layer(w.keys[0], sign.NewPayload(name, w.image.Digest.String(), map[string]string{"x": strings.Repeat("x", sign.MaxPayload)})))
		}, sign.ErrLimit, "65536"},
		{"payload missing", func(w *world) {
			l := w.layer(w.keys[0], w.good())
			delete(w.mem.Blobs, l.Digest)
			w.tag(l)
		}, nil, "not found"},
		{"payload of another digest", func(w *world) {
			l := w.layer(w.keys[0], w.good())
			w.mem.Blobs[l.Digest] = append([]byte(" "), w.mem.Blobs[l.Digest][1:]...)
			w.tag(l)
		}, image.ErrMismatch, "sha256:"},
		{"a manifest that is none", func(w *world) {
			w.mem.Tags[attach.Tag(w.image.Digest, ".sig")] = w.mem.Add(ocispec.MediaTypeImageManifest, []byte("no JSON"))
		}, image.ErrMalformed, ""},
		{"an index in its place", func(w *world) {
			w.mem.Tags[attach.Tag(w.image.Digest, ".sig")] = w.mem.Add(ocispec.MediaTypeImageIndex, []byte("{}"))
		}, image.ErrMalformed, ""},
		{"nothing in the manifest", func(w *world) { w.tag() }, ErrUnsigned, ""},
	} {
		w := newWorld(t)
		tt.do(w)
		v, err := w.check(w.policy())
		var u *UntrustedError
		if v != nil || !errors.As(err, &u) {
			t.Errorf("%s: got %v, %v", tt.name, v, err)
			continue
		}
		if tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		for _, part := range []string{tt.says, name + "@" + w.image.Digest.String(), w.keys[0].Public().Fingerprint()} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v\nwithout %q", tt.name, err, part)
			}
		}
	}
}

// TestGoodAmongBad: one signature that counts is enough, wherever it is.
func TestGoodAmongBad(t *testing.T) {
	for name, put := range map[string]func(*world, ocispec.Descriptor){
		"alone":  func(w *world, good ocispec.Descriptor) { w.tag(good) },
		"second": func(w *world, good ocispec.Descriptor) { w.tag(w.layer(w.keys[1], w.good()), good) },
		"behind a broken one": func(w *world, good ocispec.Descriptor) {
			w.tag(ocispec.Descriptor{MediaType: "x/y", Digest: digest.FromString("x"), Size: 1}, good)
		},
		"as a referrer": func(w *world, good ocispec.Descriptor) {
			d := w.mem.AddManifest("", good)
			d.ArtifactType = attach.SignatureType
			if err := w.mem.Refer(context.Background(), w.image, ocispec.Descriptor{MediaType: "x/y", Digest: d.Digest, ArtifactType: "a/b"}, d); err != nil {
				w.t.Fatal(err)
			}
		},
		"as a referrer, with a broken tag": func(w *world, good ocispec.Descriptor) {
			w.mem.Tags[attach.Tag(w.image.Digest, ".sig")] = w.mem.Add("text/plain", []byte("x"))
			d := w.mem.AddManifest("", good)
			d.ArtifactType = attach.SignatureType
			if err := w.mem.Refer(context.Background(), w.image, d); err != nil {
				w.t.Fatal(err)
			}
		},
	} {
		w := newWorld(t)
		put(w, w.layer(w.keys[0], w.good()))
		v, err := w.check(w.policy())
		if err != nil || len(v.Signatures) != 1 || v.Signatures[0].Key != w.keys[0].Public().Fingerprint() || v.Digest != w.image.Digest.String() {
			t.Errorf("%s: got %+v, %v", name, v, err)
		}
	}
}

// TestManySignatures: a thousand are read, one more is refused, and few bytes
// are read for it.
func TestManySignatures(t *testing.T) {
	w := newWorld(t)
	layers := make([]ocispec.Descriptor, 0, attach.Max+1)
	other := w.layer(w.keys[1], w.good())
	for range attach.Max - 1 {
		layers = append(layers, other)
	}
	w.tag(append(layers, w.layer(w.keys[0], w.good()))...)
	w.mem.Reads = 0
	if _, err := w.check(w.policy()); err != nil || w.mem.Reads > 3 {
		t.Errorf("a thousand: %v after %d reads", err, w.mem.Reads)
	}
	w.tag(append(append(layers, other), w.layer(w.keys[0], w.good()))...)
	if _, err := w.check(w.policy()); !errors.Is(err, image.ErrLimit) {
		t.Errorf("1,001: %v", err)
	}
	w.tag(layers[:attach.Max/2]...)
	d := w.mem.AddManifest("", layers[:attach.Max/2+1]...)
	d.ArtifactType = attach.SignatureType
	if err := w.mem.Refer(context.Background(), w.image, d); err != nil {
		t.Fatal(err)
	}
	if _, err := w.check(w.policy()); !errors.Is(err, image.ErrLimit) {
		t.Errorf("1,001 in two manifests: %v", err)
	}
}

// TestThreshold: two keys are two keys, and not two signatures of one.
func TestThreshold(t *testing.T) {
	w := newWorld(t)
	p := ForKeys("policy.yaml", w.keys[0].Public(), w.keys[1].Public())
	p.Rules[0].Threshold = 2
	w.tag(w.layer(w.keys[0], w.good()), w.layer(w.keys[0], w.good()))
	if _, err := w.check(p); err == nil || !strings.Contains(err.Error(), "1 of the 2") {
		t.Errorf("one key twice: %v", err)
	}
	w.tag(w.layer(w.keys[0], w.good()), w.layer(w.keys[1], w.good()))
	if v, err := w.check(p); err != nil || len(v.Signatures) != 2 {
		t.Errorf("two keys: %+v, %v", v, err)
	}
}

func TestCopiesAndLayouts(t *testing.T) {
	w := newWorld(t)
	w.tag(w.layer(w.keys[0], w.good()))
	p := w.policy()
	for name, ok := range map[string]bool{"oci:images": true, "mirror.example/p": false} {
		if _, err := p.Check(context.Background(), Image{Name: name, Manifest: w.image, Source: w.mem}); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.Rules[0].SignedAs = []string{"other.example/x", name}
	if _, err := p.Check(context.Background(), Image{Name: "mirror.example/p", Manifest: w.image, Source: w.mem}); err != nil {
		t.Errorf("signed-as: %v", err)
	}
	p.Rules[0].SignedAs = []string{"other.example/x"}
	for _, name := range []string{name, "oci:images"} {
		if _, err := p.Check(context.Background(), Image{Name: name, Manifest: w.image, Source: w.mem}); !errors.Is(err, sign.ErrOtherImage) {
			t.Errorf("%s signed as another: %v", name, err)
		}
	}
}

// TestDecisions: the first rule that matches decides, then the default.
func TestDecisions(t *testing.T) {
	w := newWorld(t)
	w.tag(w.layer(w.keys[0], w.good()))
	signed := w.policy().Rules[0]
	for name, tt := range map[string]struct {
		p    *Policy
		want error
		by   string
	}{
		"none":           {nil, nil, "no policy"},
		"zero":           {&Policy{}, ErrRejected, ""},
		"default accept": {&Policy{Default: Accept}, nil, "the default"},
		"reject first":   {&Policy{Rules: []Rule{{Images: []string{"r.example/**"}, Action: Reject}, signed}}, ErrRejected, ""},
		"signed first":   {&Policy{Rules: []Rule{signed, {Images: []string{"**"}, Action: Reject}}}, nil, "rule 1 (**)"},
		"no match":       {&Policy{Rules: []Rule{{Images: []string{"s.example/**"}, Action: Accept}}}, ErrRejected, ""},
		"no keys":        {&Policy{Rules: []Rule{{Images: []string{"**"}, Action: Signed}}}, sign.ErrOtherKey, ""},
		"unknown action": {&Policy{Rules: []Rule{{Images: []string{"**"}, Action: "maybe"}}}, ErrRejected, ""},
	} {
		v, err := w.check(tt.p)
		if !errors.Is(err, tt.want) || tt.want == nil && (err != nil || v.Rule != tt.by) {
			t.Errorf("%s: got %+v, %v", name, v, err)
		}
	}
}

// TestRegistryFails: a registry that fails is no image without signatures.
func TestRegistryFails(t *testing.T) {
	w := newWorld(t)
	w.mem.Err = errors.New("it broke")
	var u *UntrustedError
	if _, err := w.check(w.policy()); !errors.Is(err, w.mem.Err) || errors.As(err, &u) {
		t.Errorf("got %v", err)
	}
	w.mem.Reads = 0
	if _, err := w.check(&Policy{Default: Accept}); err != nil || w.mem.Reads != 0 {
		t.Errorf("accepted: %v after %d reads", err, w.mem.Reads)
	}
}

// TestExpiry uses the policy's clock.
func TestExpiry(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	w.tag(w.layer(w.keys[0], sign.NewPayload(name, w.image.Digest.String(), map[string]string{"expires": at.Format(time.RFC3339)})))
	for shift, ok := range map[time.Duration]bool{-time.Second: true, 0: false, time.Second: false} {
		p := w.policy()
		p.Now = func() time.Time { return at.Add(shift) }
		v, err := w.check(p)
		if (err == nil) != ok || ok && !v.Signatures[0].Expires.Equal(at) {
			t.Errorf("%s: got %+v, %v", shift, v, err)
		}
	}
}

// TestManyReasons: an error stays readable, whatever is in the registry.
func TestManyReasons(t *testing.T) {
	w := newWorld(t)
	var layers []ocispec.Descriptor
	for i := range 100 {
		layers = append(layers, w.layer(w.keys[0], sign.NewPayload(fmt.Sprintf("r.example/\x1b[2J%d", i), w.image.Digest.String(), nil)))
	}
	w.tag(layers...)
	_, err := w.check(w.policy())
	if err == nil || len(err.Error()) > 1500 || strings.ContainsAny(err.Error(), "\x1b\n") || !strings.Contains(err.Error(), "96 further") {
		t.Errorf("got %v", err)
	}
}
