package oci

import (
	"context"
)

// Extras are what PushWith adds to an image, besides the image.
type Extras struct {
	// Attest says what is attached to it. Default: nothing is.
	Attest AttestOptions
	// Sign signs it. Default, without a key: nobody does.
	Sign SignOptions
}

// Pushed says what PushWith has done.
type Pushed struct {
	*Packaged
	// Attested and Signed are unset where they were not asked for.
	Attested *Attested `json:"attested,omitempty"`
	Signed   *Signed   `json:"signed,omitempty"`
}

// PushWith is Push, and attaches what is known about the image and signs it. The
// image is named by its digest meanwhile: a tag that is moved changes nothing.
func PushWith(ctx context.Context, what string, dst Place, tags []string, po PackageOptions, e Extras, o Options) (*Pushed, error) {
	pushed, err := Push(ctx, what, dst, tags, po, o)
	if err != nil {
		return nil, err
	}
	result, at := &Pushed{Packaged: pushed}, dst.Pinned(pushed.Digest)
	if len(e.Attest.SBOM) > 0 || e.Attest.Provenance {
		if e.Attest.Plugin = what; isLayout(what) {
			e.Attest.Plugin = "" // nothing tells where its sources are
		}
		if e.Attest.Created.IsZero() {
			e.Attest.Created = pushed.Created
		}
		if result.Attested, err = Attest(ctx, at, e.Attest, o); err != nil {
			return result, err
		}
	}
	if e.Sign.Key != nil {
		result.Signed, err = Sign(ctx, at, e.Sign, o)
	}
	return result, err
}
