package oci

import (
	"context"
	"errors"

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

// check asks the policy.
func (s *source) check(ctx context.Context, o Options) (v *policy.Verified, err error) {
	i := policy.Image{Name: s.place.Name(), Manifest: plain(s.root.Descriptor), Source: s.store}
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
