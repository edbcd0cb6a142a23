package oci

import (
	"context"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/sbom"
)

// Bill says what a .wasm file, a built plugin's directory or the plugin in an
// image is made of. Its time is that of SourceTime, or the one that the image
// bears. tool is the version of the program.
func Bill(ctx context.Context, what string, f sbom.Format, tool string, o Options) ([]byte, error) {
	code, created, err := billed(ctx, what, o)
	if err != nil {
		return nil, err
	}
	raw, err := sbom.Make(code, f, sbom.Options{Created: created, Tool: tool})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return raw, nil
}

// Module reads the module of a .wasm file, of a built plugin's directory, or of
// an image: the one that gateways find.
func Module(ctx context.Context, what string, o Options) ([]byte, error) {
	code, _, err := billed(ctx, what, o)
	return code, err
}

// billed reads a module from a file or an image, and its time.
func billed(ctx context.Context, what string, o Options) (code []byte, at time.Time, err error) {
	if !isLayout(what) {
		if file, err := findModule(what); err == nil {
			code, err := build.ReadFile(file)
			if err == nil {
				at, _, err = SourceTime(ctx, sourceDir(file))
			}
			return code, at, err
		}
	}
	p, err := ParsePlace(what)
	if err != nil {
		return nil, at, err
	}
	s, done, err := openSource(ctx, p, o)
	if err != nil {
		return nil, at, err
	}
	defer done()
	if code, err = s.module(ctx); err == nil {
		at, err = s.created(ctx, "")
	}
	return code, at, failed("read", "source", p, err)
}
