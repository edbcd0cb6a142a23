package oci

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/provenance"
	"github.com/sluiceproxy/sluice/build/oci/sbom"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/build/wasm"
)

// AttestOptions say what is told about an image, beside it.
type AttestOptions struct {
	// SBOM are the forms of bills of materials to attach.
	SBOM []sbom.Format
	// Provenance attaches where the image is from.
	Provenance bool
	// Key signs what is attached. Default: nothing is signed.
	Key *sign.PrivateKey
	// Plugin is the file or the plugin's directory that the image was made of.
	// Its commit is part of the provenance. Default: nothing is known about it.
	Plugin string
	// Created is the time that a bill bears. Default: that of SourceTime.
	Created time.Time
	// Tool is the version of the program.
	Tool string
}

// Attested says what was attached.
type Attested struct {
	// Image is the place, Digest what it was attached to.
	Image  string `json:"image"`
	Digest string `json:"digest"`
	// Attached are the manifests, in order.
	Attached []AttestedPart `json:"attached"`
}

// AttestedPart is one thing that was attached.
type AttestedPart struct {
	// Type is its artifact type, Digest that of the manifest.
	Type   string `json:"type"`
	Digest string `json:"digest"`
	// Key is the fingerprint of the key that signed it, if one did.
	Key string `json:"key,omitempty"`
}

// Attest attaches bills of materials and provenance to an image: as manifests
// that refer to it, and, where a key signs them, also in the way of cosign's
// attestations.
//
// Errors: *Error as for Copy, also around image.ErrNoModule.
func Attest(ctx context.Context, p Place, ao AttestOptions, o Options) (*Attested, error) {
	s, done, err := openSource(ctx, p, o)
	if err != nil {
		return nil, err
	}
	defer done()
	dst, closed, err := openAttach(p, o)
	if err != nil {
		return nil, failed("attach to", "destination", p, err)
	}
	defer closed()
	a := &attester{AttestOptions: ao, dst: dst, name: p.Name(), subject: plain(s.root.Descriptor)}
	if a.code, err = s.module(ctx); err != nil {
		return nil, failed("read", "source", p, err)
	}
	if ao.Created.IsZero() {
		if a.Created, err = s.created(ctx, ao.Plugin); err != nil {
			return nil, err
		}
	}
	a.result = &Attested{Image: p.String(), Digest: a.subject.Digest.String(), Attached: []AttestedPart{}}
	if err := a.all(ctx); err != nil {
		return nil, failed("attach to", "destination", p, err)
	}
	return a.result, nil
}

// created is the time for what is made of an image: that of SourceTime where the
// plugin's sources are known, or else the one that the image bears.
func (s *source) created(ctx context.Context, plugin string) (time.Time, error) {
	at, by, err := SourceTime(ctx, sourceDir(plugin))
	if err != nil || plugin != "" || by == fromVariable {
		return at, err
	}
	at = time.Unix(0, 0).UTC()
	if n, err := image.Pick(s.root); err == nil {
		if said, err := time.Parse(time.RFC3339, n.Manifest.Annotations[ocispec.AnnotationCreated]); err == nil {
			at = said.UTC()
		}
	}
	return at, nil
}

// attester is one run of Attest.
type attester struct {
	AttestOptions
	dst     attach.Destination
	name    string
	subject ocispec.Descriptor
	code    []byte
	result  *Attested
}

// sourceDir is where the sources of a plugin are.
func sourceDir(plugin string) string {
	if isFile(plugin) {
		return filepath.Dir(plugin)
	}
	return plugin
}

func (a *attester) all(ctx context.Context) error {
	for _, f := range a.SBOM {
		if err := a.bill(ctx, f); err != nil {
			return err
		}
	}
	if a.Provenance {
		return a.provenance(ctx)
	}
	return nil
}

// bill attaches one bill of materials as it is, and signed if there is a key.
func (a *attester) bill(ctx context.Context, f sbom.Format) error {
	raw, err := sbom.Make(a.code, f, sbom.Options{Created: a.Created, Tool: a.Tool})
	if err != nil {
		return err
	}
	if err := a.refer(ctx, f.MediaType(), attach.Layer{MediaType: f.MediaType(), Content: raw}); err != nil || a.Key == nil {
		return err
	}
	predicate := provenance.PredicateSPDX
	if f == sbom.CycloneDX {
		predicate = provenance.PredicateCycloneDX
	}
	statement, err := provenance.State(predicate, raw, provenance.NewSubject(a.name, a.subject.Digest))
	if err != nil {
		return err
	}
	_, err = a.signed(ctx, predicate, statement)
	return err
}

// provenance attaches where the image is from.
func (a *attester) provenance(ctx context.Context) error {
	m, err := wasm.Decode(a.code)
	if err != nil {
		return err
	}
	b := provenance.Build{Info: m.BuildInfo(), Tool: a.Tool}
	if a.Plugin != "" {
		b.Source = sourceCommit(ctx, sourceDir(a.Plugin))
	}
	predicate, err := b.Predicate()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(a.code)
	statement, err := provenance.State(provenance.PredicateSLSA, predicate, provenance.NewSubject(a.name, a.subject.Digest),
		provenance.NewSubject(image.PluginFile, digest.NewDigestFromEncoded(digest.SHA256, hex.EncodeToString(sum[:]))))
	if err != nil {
		return err
	}
	layer := attach.Layer{MediaType: sign.StatementType, Content: statement, Annotations: predicateOf(provenance.PredicateSLSA)}
	if a.Key != nil {
		if layer, err = a.signed(ctx, provenance.PredicateSLSA, statement); err != nil {
			return err
		}
	}
	return a.refer(ctx, sign.StatementType, layer)
}

func predicateOf(kind string) map[string]string {
	return map[string]string{attach.PredicateAnnotation: kind}
}

// signed keeps a signed statement where cosign looks for it.
func (a *attester) signed(ctx context.Context, kind string, statement []byte) (attach.Layer, error) {
	envelope, err := a.present(ctx, statement)
	if err == nil && envelope == nil {
		envelope, err = sign.Envelop(statement, a.Key)
	}
	if err != nil {
		return attach.Layer{}, err
	}
	// The annotation of the signature is empty: the envelope has it.
	layer := attach.Layer{MediaType: sign.EnvelopeType, Content: envelope,
		Annotations: map[string]string{attach.PredicateAnnotation: kind, sign.SignatureAnnotation: ""}}
	return layer, attach.AppendAttestation(ctx, a.dst, a.subject, layer)
}

// present finds the envelope of the same statement that the key has signed
// before, so that nothing piles up.
func (a *attester) present(ctx context.Context, statement []byte) (envelope []byte, err error) {
	err = attach.Attestations(ctx, a.dst, a.subject, func(t attach.Attestation) bool {
		if said, err := sign.OpenEnvelope(t.Envelope, a.Key.Public()); err == nil && bytes.Equal(said, statement) {
			envelope = t.Envelope
		}
		return envelope == nil
	})
	return envelope, err
}

func (a *attester) refer(ctx context.Context, kind string, layer attach.Layer) error {
	d, err := attach.Refer(ctx, a.dst, a.subject, attach.Artifact{Type: kind, Layers: []attach.Layer{layer}, Annotations: map[string]string{
		ocispec.AnnotationCreated: a.Created.UTC().Format(time.RFC3339),
	}})
	if err != nil {
		return err
	}
	part := AttestedPart{Type: kind, Digest: d.Digest.String()}
	if a.Key != nil {
		part.Key = a.Key.Public().Fingerprint()
	}
	a.result.Attached = append(a.result.Attached, part)
	return nil
}
