package oci

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/provenance"
	"github.com/sluiceproxy/sluice/build/oci/sbom"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// TestAttestations: each kind is found, says what it is about, and counts only
// with the right key.
func TestAttestations(t *testing.T) {
	f, key := newFake(t), newKey(t)
	e := Extras{Attest: AttestOptions{SBOM: sbom.Formats(), Provenance: true, Key: key}, Sign: SignOptions{Key: key}}
	p, err := PushWith(ctx, pluginFile(t, ""), f.at(t, "p:1"), nil, PackageOptions{}, e, quick())
	if err != nil {
		t.Fatal(err)
	}
	for kind, has := range map[AttestationKind]string{SaysProvenance: "buildDefinition", SaysSPDX: "SPDX-2.3", SaysCycloneDX: "CycloneDX"} {
		v, err := VerifyAttestation(ctx, f.at(t, "p:1"), kind, asking(key))
		if err != nil || v.Verified.Digest != p.Digest || v.Key != key.Public().Fingerprint() || !strings.Contains(string(v.Statement.Predicate), has) {
			t.Errorf("%s: got %+v, %v", kind, v, err)
		}
	}
	other := newKey(t)
	if _, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: other}, quick()); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyAttestation(ctx, f.at(t, "p:1"), SaysSPDX, asking(other)); !errors.Is(err, ErrNoAttestation) || !strings.Contains(err.Error(), "not signed with this key") {
		t.Errorf("other key: %v", err)
	}
	if _, err := VerifyAttestation(ctx, f.at(t, "p:1"), SaysSPDX, asking(newKey(t))); !errors.Is(err, sign.ErrOtherKey) {
		t.Errorf("unsigned image: %v", err)
	}
}

// TestForeignAttestations: a signed statement about something else does not
// count, however it got there.
func TestForeignAttestations(t *testing.T) {
	f, key := newFake(t), newKey(t)
	push(t, f, "p:1", pluginFile(t, ""))
	if _, err := Sign(ctx, f.at(t, "p:1"), SignOptions{Key: key}, quick()); err != nil {
		t.Fatal(err)
	}
	dst, done, err := openAttach(f.at(t, "p:1"), quick())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	d, err := dst.Resolve(ctx, "1")
	if err != nil {
		t.Fatal(err)
	}
	statement := func(predicate string, about digest.Digest) []byte {
		text, err := provenance.State(predicate, []byte("{}"), provenance.NewSubject("p", about))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	signed := func(text []byte) []byte {
		envelope, err := sign.Envelop(text, key)
		if err != nil {
			t.Fatal(err)
		}
		return envelope
	}
	unsigned, _ := sign.Envelop(statement(provenance.PredicateSLSA, d.Digest), nil)
	var twisted sign.Envelope
	json.Unmarshal(signed(statement(provenance.PredicateSPDX, d.Digest)), &twisted)
	twisted.PayloadType = "text/plain"
	plainText, _ := json.Marshal(twisted)
	for name, envelope := range map[string][]byte{
		"another image":     signed(statement(provenance.PredicateSLSA, digest.FromString("x"))),
		"another predicate": signed(statement(provenance.PredicateSPDX, d.Digest)),
		"unsigned":          unsigned,
		"no statement":      signed([]byte("{}")),
		"another type":      plainText,
		"no envelope":       []byte("x"),
	} {
		layer := attach.Layer{MediaType: sign.EnvelopeType, Content: envelope, Annotations: map[string]string{attach.PredicateAnnotation: provenance.PredicateSLSA}}
		if err := attach.AppendAttestation(ctx, dst, d, layer); err != nil {
			t.Fatal(err)
		}
		if v, err := VerifyAttestation(ctx, f.at(t, "p:1"), SaysProvenance, asking(key)); !errors.Is(err, ErrNoAttestation) {
			t.Errorf("%s: got %+v, %v", name, v, err)
		}
	}
	good := attach.Layer{MediaType: sign.EnvelopeType, Content: signed(statement(provenance.PredicateSLSA, d.Digest))}
	if err := attach.AppendAttestation(ctx, dst, d, good); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyAttestation(ctx, f.at(t, "p:1"), SaysProvenance, asking(key)); err != nil {
		t.Errorf("a good one behind them: %v", err)
	}
	if keys := (*policy.Policy)(nil).KeysFor("x"); keys != nil {
		t.Errorf("no policy has the keys %v", keys)
	}
}
