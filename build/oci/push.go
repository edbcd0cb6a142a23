package oci

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/layout"
)

// Package makes an image of a plugin and writes it to a place, most often an
// OCI layout. The plugin is a .wasm file, or the directory in which "sluice
// build" has written one. The image is checked first, as by Check.
//
// Errors: ErrNotBuilt, *check.RefusedError, image.ErrSpec, and those of Copy.
func Package(ctx context.Context, plugin string, dst Place, tags []string, po PackageOptions, o Options) (*Packaged, error) {
	s, p, err := pack(ctx, plugin, po, o)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return p, s.send(ctx, p, dst, tags, po.For, o)
}

// Push sends a plugin to a registry: a .wasm file or a plugin's directory, of
// which an image is made as by Package, or an OCI layout, whose image keeps its
// digest. The image is checked first.
func Push(ctx context.Context, what string, dst Place, tags []string, po PackageOptions, o Options) (*Packaged, error) {
	if !isLayout(what) {
		return Package(ctx, what, dst, tags, po, o)
	}
	src, err := ParsePlace(what)
	if err != nil {
		return nil, err
	}
	if po.Format != "" || po.Index || po.Metadata || len(po.Annotations) > 0 {
		return nil, fmt.Errorf("%s is an image already, and sent as it is; give the .wasm file to make another", what)
	}
	s, done, err := openSource(ctx, src, o)
	if err != nil {
		return nil, err
	}
	defer done()
	p := &Packaged{File: what}
	return p, s.send(ctx, p, dst, tags, po.For, o)
}

// isLayout reports whether a name is that of an OCI layout that is there: by its
// scheme, or by its path, with or without a tag.
func isLayout(what string) bool {
	if strings.HasPrefix(what, dirScheme) || strings.HasPrefix(what, tarScheme) {
		return true
	}
	if info, err := os.Stat(what); err == nil {
		return layout.Is(what) || info.Mode().IsRegular() && filepath.Ext(what) == ".tar"
	}
	path, _, _ := splitLayout(what)
	return layout.Is(path)
}

// send checks an image and writes it.
func (s *source) send(ctx context.Context, p *Packaged, dst Place, tags []string, consumers []check.Consumer, o Options) error {
	if len(consumers) == 0 {
		consumers = check.Gateways()
	}
	verdicts, sum, err := s.judge(ctx, consumers, "")
	if err != nil {
		return err
	}
	p.Verdicts, p.SHA256 = verdicts, sum
	if err := check.Refusal(verdicts); err != nil {
		return fmt.Errorf("%s: %w", p.File, err)
	}
	t, err := s.to(ctx, dst, tags, o)
	if err == nil {
		p.Transfer = *t
	}
	return err
}
