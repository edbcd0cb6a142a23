package hub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
)

// publish builds a plugin, pushes it unless it is there, and puts it into the
// catalogue.
func (o PublishOptions) publish(ctx context.Context, c *Catalogue, p *Plugin) (*PublishedPlugin, error) {
	tmp, err := os.MkdirTemp("", "sluice-hub-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	v := p.Versions[0]
	o.say("build %s %s", p.Name, v.Version)
	built, err := buildForAll(ctx, p.Dir, filepath.Join(tmp, build.DefaultOutput))
	if err != nil {
		return nil, err
	}
	place, err := oci.ParsePlace(scheme + c.Base + "/" + p.Name + ":" + v.Version)
	if err != nil {
		return nil, err
	}
	result := &PublishedPlugin{Name: p.Name, Version: v.Version, Change: "unchanged"}
	old := c.had(p.Name, v.Version)
	if old != nil && old.SHA256 != built.SHA256 && !o.Replace {
		return nil, fmt.Errorf("version %s is %w (module %s, now %s): raise the version in %s, or give --replace",
			v.Version, ErrPublished, old.SHA256, built.SHA256, filepath.Join(p.Dir, "spec.yaml"))
	}
	v.SHA256 = built.SHA256
	if old != nil && old.SHA256 == v.SHA256 && old.Schema == v.Schema {
		v.Digest = old.Digest
	} else {
		result.Change = "pushed"
		o.say("push %s", place)
		if v.Digest, err = o.push(ctx, p.Dir, tmp, place); err != nil {
			return nil, err
		}
	}
	if err := o.sign(ctx, place, v.Digest); err != nil {
		return nil, err
	}
	result.Image = place.At(v.Digest)
	c.put(p, v)
	return result, nil
}

// buildForAll builds a plugin so that every gateway takes it: one that calls Redis
// is built to reach it through the gateway's configuration (docs/redis.md), because
// only Higress has calls for it.
func buildForAll(ctx context.Context, dir, output string) (*build.Result, error) {
	o := build.Options{Dir: dir, Output: output}
	built, err := build.Build(ctx, o)
	if err != nil || build.Check(built.Code, build.Envoy) == nil {
		return built, err
	}
	o.Target = build.Envoy
	return build.Build(ctx, o)
}

// push makes the image, with what the plugin's directory says about it, and sends
// it.
func (o PublishOptions) push(ctx context.Context, dir, tmp string, place oci.Place) (string, error) {
	created, _, err := oci.SourceTime(ctx, dir)
	if err != nil {
		return "", err
	}
	for _, name := range []string{"spec.yaml", "README.md", "icon.png"} {
		text, err := readSome(filepath.Join(dir, name), maxFile)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(tmp, name), text, 0o600)
		}
		if err != nil {
			return "", err
		}
	}
	po := oci.PackageOptions{Metadata: true, Created: created}
	pushed, err := oci.Push(ctx, tmp, place, nil, po, o.OCI)
	if err != nil {
		return "", err
	}
	return pushed.Digest, nil
}

// sign signs an image that is there.
func (o PublishOptions) sign(ctx context.Context, place oci.Place, digest string) error {
	if o.Key == nil {
		return nil
	}
	_, err := oci.Sign(ctx, place.Pinned(digest), oci.SignOptions{Key: o.Key}, o.OCI)
	return err
}

// had is what a catalogue has of a version, nil if it hasn't.
func (c *Catalogue) had(name, version string) *Version {
	for _, p := range c.Plugins {
		for _, v := range p.Versions {
			if p.Name == name && v.Version == version {
				return &v
			}
		}
	}
	return nil
}

// put adds a version of a plugin, whose description is that of the newest one.
func (c *Catalogue) put(p *Plugin, v Version) {
	at := slices.IndexFunc(c.Plugins, func(q Plugin) bool { return q.Name == p.Name })
	if at < 0 {
		c.Plugins = append(c.Plugins, Plugin{Name: p.Name})
		at = len(c.Plugins) - 1
	}
	versions := slices.DeleteFunc(c.Plugins[at].Versions, func(w Version) bool { return w.Version == v.Version })
	newest := !slices.ContainsFunc(versions, func(w Version) bool { return compare(w.Version, v.Version) > 0 })
	if newest {
		c.Plugins[at] = *p
	}
	versions = append(versions, v)
	c.Plugins[at].Versions = versions
	c.sort()
}
