package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/confschema"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// Description says what is in an image, or in a .wasm file.
type Description struct {
	// Source is the place or the file.
	Source string `json:"source"`
	// Image is unset for a file.
	Image *ImageDescription `json:"image,omitempty"`
	// Plugin describes the module that gateways find, and is unset where they
	// find none: then PluginError says why.
	Plugin      *build.Report `json:"plugin,omitempty"`
	PluginError string        `json:"pluginError,omitempty"`
	// Schema is that of the configuration, from a spec.yaml in the image or in
	// the plugin's directory.
	Schema confschema.Schema `json:"schema,omitempty"`
	code   []byte
}

// ImageDescription is about the image around a plugin.
type ImageDescription struct {
	// Digest is the image's, Manifest that of the manifest which gateways take.
	Digest    string `json:"digest"`
	Manifest  string `json:"manifest,omitempty"`
	MediaType string `json:"mediaType"`
	// Entries are those of an index.
	Entries []Entry `json:"entries,omitempty"`
	// Annotations are the manifest's, Labels the config's.
	Annotations map[string]string `json:"annotations,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	// Layers are those of the manifest that gateways take.
	Layers []Entry `json:"layers"`
	// Verdicts are those of the gateways.
	Verdicts []check.Verdict `json:"verdicts"`
	// Signatures are claims: nothing of them is verified here. Verified says
	// what a policy made of them, where one was asked.
	Signatures []ClaimedSignature `json:"signatures"`
	Verified   *policy.Verified   `json:"verified,omitempty"`
	// Referrers are the manifests that refer to the image.
	Referrers []Entry `json:"referrers"`
}

// Entry is a part of an image, or what refers to it.
type Entry struct {
	MediaType string `json:"mediaType"`
	// Type is the artifact type of a referrer.
	Type   string `json:"type,omitempty"`
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
	// Platform is that of an index's entry.
	Platform    string            `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// ClaimedSignature is what a signature says of itself.
type ClaimedSignature struct {
	Storage attach.Storage `json:"storage"`
	// Name and Annotations are what the payload claims.
	Name        string         `json:"name,omitempty"`
	Annotations map[string]any `json:"annotations,omitempty"`
	// Problem says why it can't be one of this image.
	Problem string `json:"problem,omitempty"`
}

// Describe says what is in an image, a .wasm file, or the directory of a built
// plugin.
//
// Errors: those of Copy; *policy.UntrustedError where the policy refuses it. An
// image without a plugin is described too.
func Describe(ctx context.Context, what string, o Options) (*Description, error) {
	if !isLayout(what) {
		if file, err := findModule(what); err == nil {
			return describeFile(what, file)
		}
	}
	p, err := ParsePlace(what)
	if err != nil {
		return nil, err
	}
	s, done, err := openSource(ctx, p, o)
	if err != nil {
		return nil, err
	}
	defer done()
	d, err := s.describe(ctx, o)
	return d, failed("read", "source", p, err)
}

func describeFile(what, file string) (*Description, error) {
	d := &Description{Source: what}
	code, err := build.ReadFile(file)
	if err != nil {
		return nil, err
	}
	d.code = code
	if d.Plugin, err = build.Inspect(code); err != nil {
		return nil, err
	}
	if what == file {
		return d, nil
	}
	spec, err := readBounded(filepath.Join(what, "spec.yaml"))
	if errors.Is(err, os.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	if d.Schema, err = confschema.Read(spec); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return d, nil
}

func (s *source) describe(ctx context.Context, o Options) (*Description, error) {
	root := s.root.Descriptor
	i := &ImageDescription{Digest: root.Digest.String(), MediaType: root.MediaType, Layers: []Entry{}, Signatures: []ClaimedSignature{}, Referrers: []Entry{}}
	d := &Description{Source: s.place.String(), Image: i}
	if o.Policy != nil {
		i.Verified = s.verified
	}
	for _, c := range s.root.Children {
		i.Entries = append(i.Entries, entryOf(c.Descriptor))
	}
	var err error
	if i.Verdicts, _, err = s.judge(ctx, check.Gateways(), ""); err != nil {
		return nil, err
	}
	if n, err := image.Pick(s.root); err == nil {
		i.Manifest = n.Descriptor.Digest.String()
		if err := s.describeManifest(ctx, n, d); err != nil {
			return nil, err
		}
	} else {
		d.PluginError = err.Error()
	}
	return d, s.describeAttached(ctx, i)
}

// describeManifest tells about the manifest that gateways take.
func (s *source) describeManifest(ctx context.Context, n *image.Node, d *Description) error {
	d.Image.Annotations = maps.Clone(n.Manifest.Annotations)
	for _, l := range n.Manifest.Layers {
		d.Image.Layers = append(d.Image.Layers, entryOf(l))
		if l.MediaType != image.SpecLayer {
			continue
		}
		spec, err := image.Fetch(ctx, s, l, maxMetadata)
		if err != nil {
			return err
		}
		if d.Schema, err = confschema.Read(spec); err != nil {
			return err
		}
	}
	if c := n.Manifest.Config; c.Digest != "" {
		raw, err := image.Fetch(ctx, s, c, image.MaxConfig)
		if err != nil {
			return err
		}
		var config ocispec.Image
		if json.Unmarshal(raw, &config) == nil { // configs of other kinds have no labels
			d.Image.Labels = config.Config.Labels
		}
	}
	u, err := s.unpack(ctx, n)
	if noPlugin(err) {
		d.PluginError = err.Error()
		return nil
	}
	if err != nil {
		return err
	}
	defer u.Close()
	d.Plugin, d.code, err = u.inspect()
	return err
}

// noPlugin reports whether an error says that there is no plugin to be had.
func noPlugin(err error) bool {
	for _, fault := range []error{image.ErrNoModule, image.ErrUnsafe, image.ErrMalformed, image.ErrLimit} {
		if errors.Is(err, fault) {
			return true
		}
	}
	return false
}

// describeAttached tells about signatures and referrers.
func (s *source) describeAttached(ctx context.Context, i *ImageDescription) error {
	subject := plain(s.root.Descriptor)
	err := attach.Signatures(ctx, s.store, subject, func(found attach.Signature) bool {
		i.Signatures = append(i.Signatures, claimed(found, i.Digest))
		return true
	})
	if err != nil {
		return err
	}
	referrers, err := attach.Referrers(ctx, s.store, subject)
	for _, r := range referrers {
		i.Referrers = append(i.Referrers, entryOf(r))
	}
	return err
}

func claimed(found attach.Signature, digest string) ClaimedSignature {
	c := ClaimedSignature{Storage: found.Storage}
	if found.Err != nil {
		c.Problem = found.Err.Error()
		return c
	}
	p, err := sign.ParsePayload(found.Payload)
	if err != nil {
		c.Problem = err.Error()
		return c
	}
	c.Name, c.Annotations = p.Critical.Identity.DockerReference, p.Optional
	if p.Critical.Image.DockerManifestDigest != digest {
		c.Problem = fmt.Sprintf("%v: %.80q", sign.ErrOtherDigest, p.Critical.Image.DockerManifestDigest)
	}
	return c
}

func entryOf(d ocispec.Descriptor) Entry {
	e := Entry{MediaType: d.MediaType, Type: d.ArtifactType, Digest: d.Digest.String(), Size: d.Size, Annotations: d.Annotations}
	if d.Platform != nil {
		e.Platform = d.Platform.OS + "/" + d.Platform.Architecture
	}
	return e
}
