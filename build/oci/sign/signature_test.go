package sign

import (
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"math/big"
	"testing"
	"time"
)

func newKey(t testing.TB, kind Kind) *PrivateKey {
	t.Helper()
	key, err := Generate(kind)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSignatures(t *testing.T) {
	for _, kind := range Kinds() {
		key, other := newKey(t, kind), newKey(t, kind)
		message := []byte("a message")
		sig, err := key.Sign(message)
		if err != nil || key.Public().Verify(message, sig) != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		for name, bad := range map[string]error{
			"other key":       other.Public().Verify(message, sig),
			"other message":   key.Public().Verify([]byte("a massage"), sig),
			"nothing":         key.Public().Verify(message, nil),
			"a byte more":     key.Public().Verify(message, append(sig[:len(sig):len(sig)], 0)),
			"a byte less":     key.Public().Verify(message, sig[:len(sig)-1]),
			"many bytes more": key.Public().Verify(message, append(sig[:len(sig):len(sig)], make([]byte, 1<<20)...)),
		} {
			if !errors.Is(bad, ErrOtherKey) {
				t.Errorf("%s, %s: %v", kind, name, bad)
			}
		}
		for i := range sig {
			flipped := append([]byte{}, sig...)
			flipped[i] ^= 1
			if key.Public().Verify(message, flipped) == nil {
				t.Errorf("%s: byte %d does not count", kind, i)
			}
		}
	}
}

// TestBothForms: the two forms of an ECDSA signature are as good as each other,
// also to cosign; forms that are no signatures in DER are not.
func TestBothForms(t *testing.T) {
	key, message := newKey(t, ECDSA), []byte("a message")
	sig, _ := key.Sign(message)
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(sig, &rs); err != nil {
		t.Fatal(err)
	}
	n := elliptic.P256().Params().N
	encode := func(r, s *big.Int) []byte {
		raw, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	if err := key.Public().Verify(message, encode(rs.R, new(big.Int).Sub(n, rs.S))); err != nil {
		t.Errorf("the other form: %v", err)
	}
	zero := big.NewInt(0)
	for name, bad := range map[string][]byte{
		"zero":         encode(zero, zero),
		"r zero":       encode(zero, rs.S),
		"s zero":       encode(rs.R, zero),
		"negative":     encode(rs.R, new(big.Int).Neg(rs.S)),
		"s plus n":     encode(rs.R, new(big.Int).Add(n, rs.S)),
		"r plus n":     encode(new(big.Int).Add(n, rs.R), rs.S),
		"long form":    append([]byte{0x30, 0x81, sig[1]}, sig[2:]...),
		"raw, r and s": append(rs.R.FillBytes(make([]byte, 32)), rs.S.FillBytes(make([]byte, 32))...),
	} {
		if err := key.Public().Verify(message, bad); !errors.Is(err, ErrOtherKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPrehashed: some versions of cosign sign the digest with Ed25519 keys.
func TestPrehashed(t *testing.T) {
	key, message := newKey(t, Ed25519), []byte("a message")
	sum := sha512.Sum512(message)
	sig, err := key.key.(ed25519.PrivateKey).Sign(nil, sum[:], &ed25519.Options{Hash: crypto.SHA512})
	if err != nil || key.Public().Verify(message, sig) != nil {
		t.Errorf("%v", err)
	}
	if key.Public().Verify(sum[:], sig) == nil {
		t.Error("it counts for the digest as a message")
	}
}

// TestCosignSignature verifies what cosign 2.4.0 has signed.
func TestCosignSignature(t *testing.T) {
	key, err := ParsePublic(read(t, "cosign.pub"))
	if err != nil {
		t.Fatal(err)
	}
	payload := read(t, "cosign.payload")
	sig, _ := base64.StdEncoding.DecodeString(string(read(t, "cosign.sig")))
	if err := key.Verify(payload, sig); err != nil {
		t.Fatal(err)
	}
	p, err := ParsePayload(payload)
	if err != nil {
		t.Fatal(err)
	}
	claim := Claim{
		Names:       []string{"127.0.0.1:15907/team/idx"},
		Digest:      "sha256:f2ea1a9517ade0bc9b5b8a8b9aed1a776402691eab8c38c4379e4f5056992da2",
		Annotations: map[string]string{"who": "cosign"},
	}
	if err := p.Check(claim); err != nil {
		t.Error(err)
	}
	ours, err := NewPayload(claim.Names[0], claim.Digest, claim.Annotations).JSON()
	if err != nil || string(ours) != string(payload) {
		t.Errorf("our payload is %s, %v\nwant %s", ours, err, payload)
	}
}

// TestClaims: what a payload must say, one thing after the other.
func TestClaims(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	const name, digest = "r.example/team/p", "sha256:00"
	good := Claim{Names: []string{name}, Digest: digest, Now: now}
	for _, tt := range []struct {
		name        string
		annotations map[string]any
		change      func(*Claim, *Payload)
		want        error
	}{
		{"good", nil, func(*Claim, *Payload) {}, nil},
		{"any name", nil, func(c *Claim, p *Payload) { c.Names = nil; p.Critical.Identity.DockerReference = "x" }, nil},
		{"with a tag", nil, func(_ *Claim, p *Payload) { p.Critical.Identity.DockerReference = name + ":1" }, nil},
		{"with a digest", nil, func(_ *Claim, p *Payload) { p.Critical.Identity.DockerReference = name + "@sha256:11" }, nil},
		{"one of the names", nil, func(c *Claim, _ *Payload) { c.Names = []string{"other", name} }, nil},
		{"default port", nil, func(c *Claim, _ *Payload) { c.Names = []string{"R.example:443/team/p"} }, nil},
		{"other digest", nil, func(_ *Claim, p *Payload) { p.Critical.Image.DockerManifestDigest = "sha256:01" }, ErrOtherDigest},
		{"no digest", nil, func(c *Claim, p *Payload) { c.Digest = ""; p.Critical.Image.DockerManifestDigest = "" }, ErrOtherDigest},
		{"other repository", nil, func(_ *Claim, p *Payload) { p.Critical.Identity.DockerReference = "r.example/team/q" }, ErrOtherImage},
		{"other registry", nil, func(_ *Claim, p *Payload) { p.Critical.Identity.DockerReference = "s.example/team/p" }, ErrOtherImage},
		{"no name", nil, func(_ *Claim, p *Payload) { p.Critical.Identity.DockerReference = "" }, ErrOtherImage},
		{"longer name", nil, func(_ *Claim, p *Payload) { p.Critical.Identity.DockerReference = name + "/q" }, ErrOtherImage},
		{"annotation", map[string]any{"a": "b"}, func(c *Claim, _ *Payload) { c.Annotations = map[string]string{"a": "b"} }, nil},
		{"no annotation", nil, func(c *Claim, _ *Payload) { c.Annotations = map[string]string{"a": "b"} }, ErrAnnotation},
		{"other annotation", map[string]any{"a": "c"}, func(c *Claim, _ *Payload) { c.Annotations = map[string]string{"a": "b"} }, ErrAnnotation},
		{"annotation of another type", map[string]any{"a": 1.0}, func(c *Claim, _ *Payload) { c.Annotations = map[string]string{"a": "1"} }, ErrAnnotation},
		{"not yet expired", map[string]any{"expires": "2030-01-01T00:00:01Z"}, func(*Claim, *Payload) {}, nil},
		{"expires now", map[string]any{"expires": "2030-01-01T00:00:00Z"}, func(*Claim, *Payload) {}, ErrExpired},
		{"expired", map[string]any{"expires": "2029-12-31T23:59:59Z"}, func(*Claim, *Payload) {}, ErrExpired},
		{"expired in another zone", map[string]any{"expires": "2030-01-01T01:00:00+02:00"}, func(*Claim, *Payload) {}, ErrExpired},
		{"expires at no time", map[string]any{"expires": "soon"}, func(*Claim, *Payload) {}, ErrMalformed},
		{"expires as a number", map[string]any{"expires": 4102444800.0}, func(*Claim, *Payload) {}, ErrMalformed},
	} {
		c, p := good, NewPayload(name, digest, nil)
		p.Optional = tt.annotations
		tt.change(&c, p)
		if err := p.Check(c); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestBadPayloads(t *testing.T) {
	for text, want := range map[string]error{
		"":   ErrMalformed,
		"[]": ErrMalformed,
		"{}": ErrMalformed,
		`{"critical":{"type":"atomic container signature"}}`: ErrMalformed,
		`{"critical":{"type":7}}`:                            ErrMalformed,
		string(make([]byte, MaxPayload+1)):                   ErrLimit,
	} {
		if _, err := ParsePayload([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.40q: got %v, want %v", text, err, want)
		}
	}
}

func TestDockerHubsNames(t *testing.T) {
	if got := NewPayload("docker.io/team/p", "d", nil).Critical.Identity.DockerReference; got != "index.docker.io/team/p" {
		t.Errorf("got %s", got)
	}
	for _, pair := range [][2]string{{"docker.io/a/b", "index.docker.io/a/b"}, {"registry-1.docker.io/a/b", "DOCKER.IO/a/b"}, {"r.example./a", "r.example/a"}, {"r:443/a", "r/a"}} {
		if CanonicalName(pair[0]) != CanonicalName(pair[1]) {
			t.Errorf("%q", pair)
		}
	}
	for _, pair := range [][2]string{{"r:5000/a", "r/a"}, {"r/a", "s/a"}, {"oci:A", "oci:a"}} {
		if CanonicalName(pair[0]) == CanonicalName(pair[1]) {
			t.Errorf("%q are one", pair)
		}
	}
}
