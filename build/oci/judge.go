package oci

import (
	"context"
	"strings"

	"github.com/opencontainers/go-digest"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Checked says who takes an image.
type Checked struct {
	// Source is the image's place.
	Source string `json:"source"`
	// Digest is that of the image, SHA256 that of the plugin in it.
	Digest string `json:"digest"`
	SHA256 string `json:"sha256,omitempty"`
	// Verdicts are in the order in which the consumers were named.
	Verdicts []check.Verdict `json:"verdicts"`
}

// CheckOptions say what Check asks.
type CheckOptions struct {
	// For are the consumers. Default: all gateways.
	For []check.Consumer
	// SHA256 is what a WasmPlugin's field of that name says, in hexadecimal,
	// with or without "sha256:". Default: the digest in the reference, if any.
	SHA256 string
}

// Check says which consumers take an image, or the image that Package would
// make of a plugin. That some refuse is no error: see check.Refusal.
func Check(ctx context.Context, what string, c CheckOptions, o Options) (*Checked, error) {
	if len(c.For) == 0 {
		c.For = check.Gateways()
	}
	s, done, err := openAny(ctx, what, o)
	if err != nil {
		return nil, err
	}
	defer done()
	pin := c.SHA256
	if pin != "" && !strings.Contains(pin, ":") {
		pin = "sha256:" + pin
	}
	if pin == "" {
		pin = s.place.digest
	}
	verdicts, sum, err := s.judge(ctx, c.For, pin)
	if err != nil {
		return nil, err
	}
	return &Checked{Source: what, Digest: s.root.Descriptor.Digest.String(), SHA256: sum, Verdicts: verdicts}, nil
}

// openAny opens an image, or makes one of a plugin's file.
func openAny(ctx context.Context, what string, o Options) (*source, func(), error) {
	if !isLayout(what) {
		if _, err := findModule(what); err == nil {
			s, _, err := pack(ctx, what, PackageOptions{}, o)
			if err != nil {
				return nil, nil, err
			}
			return s, s.close, nil
		}
	}
	p, err := ParsePlace(what)
	if err != nil {
		return nil, nil, err
	}
	return openSource(ctx, p, o)
}

// judge reads what the rules need and applies them. sum is the plugin's
// SHA-256, if there is a plugin.
func (s *source) judge(ctx context.Context, consumers []check.Consumer, pin string) (verdicts []check.Verdict, sum string, err error) {
	img := check.Image{Root: s.root, Configs: map[digest.Digest][]byte{}, Pin: digest.Digest(pin)}
	s.root.Walk(func(n *image.Node) {
		if n.Manifest == nil || err != nil || n.Manifest.Config.Digest == "" {
			return
		}
		img.Configs[n.Manifest.Config.Digest], err = image.Fetch(ctx, s, n.Manifest.Config, image.MaxConfig)
	})
	if err != nil {
		return nil, "", failed("read", "source", s.place, err)
	}
	img.Plugin, img.PluginError, err = s.plugin(ctx)
	if err != nil {
		return nil, "", failed("read", "source", s.place, err)
	}
	if img.Plugin != nil {
		sum = img.Plugin.SHA256
	}
	return check.Judge(img, consumers), sum, nil
}

// plugin describes the plugin that gateways find. refused says why they find
// none; err is any other failure.
func (s *source) plugin(ctx context.Context) (report *build.Report, refused, err error) {
	n, err := image.Pick(s.root)
	if err != nil {
		return nil, err, nil
	}
	if s.report != nil {
		return s.report, nil, nil
	}
	u, err := s.unpack(ctx, n)
	if noPlugin(err) {
		return nil, err, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer u.Close()
	report, err = build.Examine(u, u.size)
	return report, nil, err
}
