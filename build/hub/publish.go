package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// PublishOptions say what Publish does. The zero value publishes every plugin with
// a spec.yaml, unsigned.
type PublishOptions struct {
	// Plugins are the names of those to publish. Default: all but teaching ones.
	Plugins []string
	// Key signs every image and the catalogue. A catalogue that is there already
	// must be signed with it. Default: nobody signs.
	Key *sign.PrivateKey
	// Replace lets a version have other content than it had. Default: that is an
	// error, as those who have the version would not get the new content.
	Replace bool
	// Fresh takes nothing from the catalogue that is there. Default: its plugins
	// and versions stay.
	Fresh bool
	// OCI says how registries are reached.
	OCI oci.Options
	// Progress gets a line for each step that takes time. Default: none.
	Progress io.Writer
}

// Published says what Publish has done.
type Published struct {
	// Catalogue is where the catalogue is, Digest that of its artifact.
	Catalogue string `json:"catalogue"`
	Digest    string `json:"digest"`
	// Signed is the fingerprint of the key, empty if nobody signed.
	Signed string `json:"signed,omitempty"`
	// Plugins are those that were published, in the order of their names.
	Plugins []PublishedPlugin `json:"plugins"`
	// Content is the catalogue itself, for a file.
	Content []byte `json:"-"`
}

// PublishedPlugin is one of them.
type PublishedPlugin struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Image is the image by its digest.
	Image string `json:"image"`
	// Change is "pushed", or "unchanged" for a version that was there with the same
	// module.
	Change string `json:"change"`
}

// ErrPublished is in the error about a version that is there with other content.
var ErrPublished = errors.New("published already with other content")

// Publish builds the plugins of a directory, sends each as an image to the
// repository of its name below to ("oci://REGISTRY/PREFIX"), and last the
// catalogue, so that a catalogue never names what isn't there. Of two that publish
// at the same time, the catalogue of the later one stays.
//
// Errors: ErrPublished, ErrUnknown, ErrCatalogue, those of build.Build and of
// oci.Push. What was pushed before an error stays, and is found again.
func Publish(ctx context.Context, dir, to string, o PublishOptions) (*Published, error) {
	place, err := repository(to)
	if err != nil {
		return nil, fmt.Errorf("hub %w", err)
	}
	chosen, err := o.choose(dir)
	if err != nil {
		return nil, err
	}
	c, err := o.before(ctx, to)
	if err != nil {
		return nil, err
	}
	c.Base = strings.TrimPrefix(to, scheme)
	result := &Published{Catalogue: place.String()}
	for i := range chosen {
		one, err := o.publish(ctx, c, &chosen[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", chosen[i].Name, err)
		}
		result.Plugins = append(result.Plugins, *one)
	}
	return result, o.catalogue(ctx, c, place, result)
}

// choose reads the directory. A plugin that can't be read is left out by nobody.
func (o PublishOptions) choose(dir string) ([]Plugin, error) {
	c, broken, err := ReadDir(dir)
	if err = errors.Join(append(broken, err)...); err != nil {
		return nil, err
	}
	var chosen []Plugin
	for _, name := range o.Plugins {
		p, err := c.Find(name)
		if err != nil {
			return nil, err
		}
		if p.Teaching {
			return nil, fmt.Errorf("%s has no spec.yaml, which says the version, the phase and the priority", p.Dir)
		}
		if !slices.ContainsFunc(chosen, func(q Plugin) bool { return q.Name == name }) {
			chosen = append(chosen, *p)
		}
	}
	if len(o.Plugins) == 0 {
		chosen = slices.DeleteFunc(c.Plugins, func(p Plugin) bool { return p.Teaching })
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%s holds no plugin with a spec.yaml", dir)
	}
	return chosen, nil
}

// before is the catalogue that is there, or an empty one.
func (o PublishOptions) before(ctx context.Context, to string) (*Catalogue, error) {
	empty := &Catalogue{SchemaVersion: SchemaVersion}
	if o.Fresh {
		return empty, nil
	}
	with := o.OCI
	with.Policy = nil
	if o.Key != nil { // what is signed anew was signed before
		with.Policy = policy.ForKeys("the key that signs", o.Key.Public())
	}
	h, err := openRegistry(ctx, to, Options{OCI: with})
	var untrusted *policy.UntrustedError
	switch {
	case oci.IsMissing(err):
		return empty, nil
	case errors.As(err, &untrusted):
		return nil, fmt.Errorf("%w; what is in it would be signed without having been: begin a new one with --fresh", err)
	case err != nil:
		return nil, err
	}
	return &h.Catalogue, nil
}

// catalogue pushes and signs the catalogue.
func (o PublishOptions) catalogue(ctx context.Context, c *Catalogue, place oci.Place, result *Published) error {
	text, err := c.Encode()
	if err != nil {
		return err
	}
	if _, err := Decode(text); err != nil { // nobody could read it
		return err
	}
	o.say("push the catalogue")
	a := oci.Artifact{Type: ArtifactType, MediaType: MediaType, Name: "catalogue.json", Content: text}
	digest, err := a.Digest()
	if err != nil {
		return err
	}
	result.Digest, result.Content = digest, text
	if o.Key != nil { // before the tag moves: whoever reads it finds the signature
		if _, err := oci.PushArtifact(ctx, a, place.Pinned(digest), nil, o.OCI); err != nil {
			return err
		}
		signed, err := oci.Sign(ctx, place.Pinned(digest), oci.SignOptions{Key: o.Key}, o.OCI)
		if err != nil {
			return err
		}
		result.Signed = signed.Key
	}
	_, err = oci.PushArtifact(ctx, a, place, nil, o.OCI)
	return err
}

func (o PublishOptions) say(format string, args ...any) {
	if o.Progress != nil {
		fmt.Fprintf(o.Progress, format+"\n", args...)
	}
}
