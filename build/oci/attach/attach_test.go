package attach_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/attach/attachtest"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

var ctx = context.Background()

func newImage(t *testing.T) (*attachtest.Memory, ocispec.Descriptor) {
	t.Helper()
	m := attachtest.New()
	return m, m.AddManifest("1", m.Add("a/b", []byte("plugin")))
}

// signature is a layer as it is attached, of a key that nobody has.
func signature(n int) attach.Layer {
	return attach.Layer{MediaType: sign.PayloadType, Content: []byte(fmt.Sprint("payload ", n)),
		Annotations: map[string]string{sign.SignatureAnnotation: "AAAA"}}
}

// found are the payloads of all signatures, with their storage.
func found(t *testing.T, m *attachtest.Memory, d ocispec.Descriptor) string {
	t.Helper()
	var all []string
	err := attach.Signatures(ctx, m, d, func(s attach.Signature) bool {
		all = append(all, fmt.Sprintf("%s:%s", s.Storage, s.Payload))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, ", ")
}

// TestAppend: signatures come one after the other, each once.
func TestAppend(t *testing.T) {
	m, d := newImage(t)
	for _, n := range []int{1, 2, 1, 2} {
		if err := attach.AppendSignature(ctx, m, d, signature(n)); err != nil {
			t.Fatal(err)
		}
	}
	if got := found(t, m, d); got != "tag:payload 1, tag:payload 2" {
		t.Errorf("got %s", got)
	}
}

// TestReferSignature: the newest manifest has all signatures.
func TestReferSignature(t *testing.T) {
	m, d := newImage(t)
	for n := range 2 {
		if err := attach.ReferSignature(ctx, m, d, signature(n)); err != nil {
			t.Fatal(err)
		}
	}
	if got := found(t, m, d); got != "referrer:payload 0, referrer:payload 0, referrer:payload 1" {
		t.Errorf("got %s", got)
	}
}

// TestRefer: the same artifact is attached once, and is found by its type.
func TestRefer(t *testing.T) {
	m, d := newImage(t)
	a := attach.Artifact{Type: "text/note", Layers: []attach.Layer{{MediaType: "text/note", Content: []byte("hello")}}, Annotations: map[string]string{"a": "b"}}
	first, err := attach.Refer(ctx, m, d, a)
	if err != nil {
		t.Fatal(err)
	}
	again, err := attach.Refer(ctx, m, d, a)
	all, listErr := attach.Referrers(ctx, m, d)
	if err != nil || listErr != nil || again.Digest != first.Digest || len(all) != 1 || all[0].ArtifactType != "text/note" {
		t.Errorf("got %v, %v; %v, %v", again, err, all, listErr)
	}
}

// deaf is a registry that forgets what is pushed to lists.
type deaf struct{ *attachtest.Memory }

func (d deaf) Push(context.Context, ocispec.Descriptor, io.Reader) error { return nil }

func (d deaf) PushTagged(context.Context, ocispec.Descriptor, []byte, string) error { return nil }

// TestLostUpdates: what others overwrite is written again, and what never
// arrives is an error.
func TestLostUpdates(t *testing.T) {
	m, d := newImage(t)
	rival := &overwriting{Memory: m, subject: d, times: 2}
	if err := attach.AppendSignature(ctx, rival, d, signature(1)); err != nil || found(t, m, d) != "tag:payload 1" {
		t.Errorf("overwritten: %v, %s", err, found(t, m, d))
	}
	if err := attach.AppendSignature(ctx, deaf{m}, d, signature(2)); err == nil || !strings.Contains(err.Error(), "not listed") {
		t.Errorf("forgotten: %v", err)
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if err := attach.AppendSignature(canceled, deaf{m}, d, signature(3)); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// overwriting is a registry in which somebody else writes at the same time.
type overwriting struct {
	*attachtest.Memory
	subject ocispec.Descriptor
	times   int
}

func (o *overwriting) PushTagged(ctx context.Context, d ocispec.Descriptor, raw []byte, tag string) error {
	if o.times--; o.times >= 0 {
		return nil
	}
	return o.Memory.PushTagged(ctx, d, raw, tag)
}

// TestBounds: lists that are too long are refused, and not read to the end.
func TestBounds(t *testing.T) {
	m, d := newImage(t)
	var many []ocispec.Descriptor
	for i := range attach.Max {
		many = append(many, ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.FromString(fmt.Sprint(i)), ArtifactType: attach.SignatureType})
	}
	if err := m.Refer(ctx, d, many...); err != nil {
		t.Fatal(err)
	}
	if all, err := attach.Referrers(ctx, m, d); err != nil || len(all) != attach.Max {
		t.Errorf("a thousand: %d, %v", len(all), err)
	}
	if err := m.Refer(ctx, d, d); err != nil {
		t.Fatal(err)
	}
	if _, err := attach.Referrers(ctx, m, d); !errors.Is(err, image.ErrLimit) {
		t.Errorf("1,001: %v", err)
	}
	if err := attach.ReferSignature(ctx, m, d, signature(1)); !errors.Is(err, image.ErrLimit) {
		t.Errorf("one more signature: %v", err)
	}
}

// paging is a registry with the referrers API.
type paging struct {
	*attachtest.Memory
	pages int
}

func (p paging) Referrers(_ context.Context, d ocispec.Descriptor, _ string, fn func([]ocispec.Descriptor) error) error {
	for range p.pages {
		if err := fn(make([]ocispec.Descriptor, 100)); err != nil {
			return err
		}
	}
	return nil
}

func TestPages(t *testing.T) {
	m, d := newImage(t)
	for pages, want := range map[int]error{1: nil, 10: nil, 11: image.ErrLimit, 1 << 30: image.ErrLimit} {
		if _, err := attach.Referrers(ctx, paging{m, pages}, d); !errors.Is(err, want) {
			t.Errorf("%d pages: %v", pages, err)
		}
	}
}

// TestSubjects: only lists and manifests of the right kind are believed.
func TestWrongLists(t *testing.T) {
	for name, put := range map[string]func(*attachtest.Memory) ocispec.Descriptor{
		"a manifest": func(m *attachtest.Memory) ocispec.Descriptor { return m.AddManifest("") },
		"text":       func(m *attachtest.Memory) ocispec.Descriptor { return m.Add("text/plain", []byte("x")) },
		"not JSON":   func(m *attachtest.Memory) ocispec.Descriptor { return m.Add(ocispec.MediaTypeImageIndex, []byte("x")) },
		"with layers": func(m *attachtest.Memory) ocispec.Descriptor {
			return m.Add(ocispec.MediaTypeImageIndex, []byte(`{"schemaVersion":2,"layers":[]}`))
		},
		"a key twice": func(m *attachtest.Memory) ocispec.Descriptor {
			return m.Add(ocispec.MediaTypeImageIndex, []byte(`{"schemaVersion":2,"schemaVersion":2}`))
		},
	} {
		m, d := newImage(t)
		m.Tags[attach.Tag(d.Digest, "")] = put(m)
		if _, err := attach.Referrers(ctx, m, d); !errors.Is(err, image.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAttestations(t *testing.T) {
	m, d := newImage(t)
	layer := attach.Layer{MediaType: sign.EnvelopeType, Content: []byte("envelope"), Annotations: map[string]string{attach.PredicateAnnotation: "p"}}
	if err := attach.AppendAttestation(ctx, m, d, layer); err != nil {
		t.Fatal(err)
	}
	for _, l := range []attach.Layer{layer, {MediaType: sign.StatementType, Content: []byte("unsigned")}} {
		if _, err := attach.Refer(ctx, m, d, attach.Artifact{Type: sign.StatementType, Layers: []attach.Layer{l}}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := attach.Attestations(ctx, m, d, func(a attach.Attestation) bool {
		got = append(got, fmt.Sprintf("%s %s %s", a.Storage, a.PredicateType, a.Envelope))
		return true
	})
	if err != nil || fmt.Sprint(got) != "[tag p envelope referrer p envelope]" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestIsTag(t *testing.T) {
	hex := strings.Repeat("0a", 32)
	for tag, want := range map[string]bool{
		"sha256-" + hex: true, "sha256-" + hex + ".sig": true, "sha256-" + hex + ".att": true, "sha256-" + hex + ".sbom": true,
		"1.0.0": false, "": false, "sha256-": false, "sha256-" + hex[1:]: false, "sha256-" + hex + ".txt": false, "md5-" + hex: false,
		"sha256-" + strings.Repeat("0A", 32): false,
	} {
		if got := attach.IsTag(tag); got != want {
			t.Errorf("%q: %t", tag, got)
		}
	}
}
