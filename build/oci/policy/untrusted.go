package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// UntrustedError says why a policy takes no image of that name and digest.
type UntrustedError struct {
	// Image and Digest name it.
	Image, Digest string
	// Source and Rule say which policy, and what in it.
	Source, Rule string
	// Keys are the fingerprints of the keys whose signatures would count.
	Keys []string
	// Counted is how many of them have signed, and Wanted how many must.
	Counted, Wanted int
	// Reasons are why no other signature counts, one for each, and ErrUnsigned
	// or ErrRejected where there is none to judge.
	Reasons []error
}

func (p *Policy) untrusted(i Image, rule Rule, text string, reasons ...error) *UntrustedError {
	u := &UntrustedError{Image: i.Name, Digest: i.Manifest.Digest.String(), Source: p.Source, Rule: text, Reasons: reasons}
	for _, k := range rule.Keys {
		u.Keys = append(u.Keys, k.Fingerprint())
	}
	return u
}

// Unwrap gives the reasons.
func (e *UntrustedError) Unwrap() []error { return e.Reasons }

// Error names the image, its digest, the keys, each reason once, and what to do.
func (e *UntrustedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s@%s is not trusted: ", e.Image, e.Digest)
	if errors.Is(e, ErrRejected) {
		fmt.Fprintf(&b, "%s of %s rejects it; add a rule for it, or use another image", e.Rule, e.Source)
		return b.String()
	}
	if e.Wanted > 1 {
		fmt.Fprintf(&b, "%d of the %d signatures that it needs count; ", e.Counted, e.Wanted)
	}
	fmt.Fprintf(&b, "%s; %s asks for a signature of %s", e.reasons(), e.Source, strings.Join(e.Keys, " or "))
	if cure := e.cure(); cure != "" {
		b.WriteString("; " + cure)
	}
	return b.String()
}

// reasons counts those that are the same.
func (e *UntrustedError) reasons() string {
	const most = 4
	var order []string
	times := map[string]int{}
	for _, err := range e.Reasons {
		if times[err.Error()]++; times[err.Error()] == 1 {
			order = append(order, err.Error())
		}
	}
	var parts []string
	for _, text := range order[:min(len(order), most)] {
		if n := times[text]; n > 1 {
			text += fmt.Sprintf(" (%d signatures)", n)
		}
		parts = append(parts, text)
	}
	if len(order) > most {
		parts = append(parts, fmt.Sprintf("and %d further reasons", len(order)-most))
	}
	return strings.Join(parts, ", ")
}

// cure is for the reason that was nearest to none.
func (e *UntrustedError) cure() string {
	for _, c := range []struct {
		reason error
		text   string
	}{
		{sign.ErrExpired, `sign it again with "sluice sign"`},
		{sign.ErrAnnotation, `sign it with the annotation, as in "sluice sign -a KEY=VALUE"`},
		{sign.ErrOtherImage, "if it is a copy of that image, allow the name with --signed-as, or signedAs in a policy"},
		{sign.ErrOtherDigest, "its signature was made for another image; have this one signed"},
		{sign.ErrOtherKey, "use the signer's public key, or have the image signed with this one"},
		{ErrUnsigned, `sign it with "sluice sign --key KEY IMAGE"`},
	} {
		if errors.Is(e, c.reason) {
			return c.text
		}
	}
	return ""
}
