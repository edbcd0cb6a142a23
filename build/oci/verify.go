package oci

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/oci/policy"
)

// Verify asks the policy of the options about an image, and reads nothing of it
// but its reference's digest, its manifests and its signatures. The result names
// the digest that was judged: use the image by that, not by its tag.
//
// Pull, Copy, Check and all others that read an image ask the policy themselves.
//
// Errors: *policy.UntrustedError, and *Error as for Copy.
func Verify(ctx context.Context, src Place, o Options) (*policy.Verified, error) {
	s, done, err := openSource(ctx, src, o)
	if err != nil {
		return nil, err
	}
	defer done()
	return s.verified, nil
}

// policyName is the name that a policy's patterns are for: that of a layout has
// its whole path, wherever it is seen from.
func (p Place) policyName() (string, error) {
	if p.IsRegistry() {
		return p.Name(), nil
	}
	whole, err := filepath.Abs(p.path)
	return dirScheme + filepath.ToSlash(whole), err
}

// check asks the policy.
func (s *source) check(ctx context.Context, o Options) (v *policy.Verified, err error) {
	name, err := s.place.policyName()
	if err != nil {
		return nil, failed("verify", "source", s.place, err)
	}
	i := policy.Image{Name: name, Manifest: plain(s.root.Descriptor), Source: s.store}
	err = again(ctx, o, func() error {
		v, err = o.Policy.Check(ctx, i)
		return err
	})
	var untrusted *policy.UntrustedError
	if errors.As(err, &untrusted) {
		return nil, err // it names the image itself
	}
	return v, failed("verify", "source", s.place, err)
}
