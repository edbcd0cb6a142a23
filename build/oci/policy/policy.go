package policy

import (
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// Action is what a policy does with an image.
type Action string

// The actions.
const (
	// Accept takes the image as it is.
	Accept Action = "accept"
	// Reject takes it never.
	Reject Action = "reject"
	// Signed takes it if it has the signatures that the rule asks for.
	Signed Action = "signed"
)

// ErrRejected is in the error about an image that no signature would help.
var ErrRejected = errors.New("rejected by the policy")

// ErrUnsigned is in the error about an image without any signature.
var ErrUnsigned = errors.New("not signed")

// Policy is a list of rules. The zero value rejects everything.
type Policy struct {
	// Source is where it is from, for errors: a file's path, or a flag.
	Source string
	// Rules are asked in order, and the first that matches decides.
	Rules []Rule
	// Default is for images that no rule matches. Default: Reject.
	Default Action
	// Now tells the time, for signatures that expire. Default: time.Now.
	Now func() time.Time
}

// Rule says what is asked of the images of some repositories.
type Rule struct {
	// Images are patterns of the names that it is for, as Match reads them.
	Images []string
	// Action is what is done with them.
	Action Action
	// Keys are those whose signatures count, for Signed.
	Keys []*sign.PublicKey
	// Threshold is of how many of the keys there must be a signature. Default 1.
	Threshold int
	// SignedAs are names that a signature may bear. Default: the image's own.
	// An image that was copied keeps its signatures, which bear the name that it
	// had where it was signed.
	SignedAs []string
	// Annotations must be in a signature, with these values.
	Annotations map[string]string
}

// ForKeys makes the policy that asks one of the keys' signature of every image.
func ForKeys(source string, keys ...*sign.PublicKey) *Policy {
	return &Policy{Source: source, Rules: []Rule{{Images: []string{"**"}, Action: Signed, Keys: keys}}}
}

// rule finds the one for a name; text is what to call it.
func (p *Policy) rule(name string) (r Rule, text string) {
	for i, r := range p.Rules {
		for _, pattern := range r.Images {
			if Match(pattern, name) {
				return r, fmt.Sprintf("rule %d (%s)", i+1, pattern)
			}
		}
	}
	action := p.Default
	if action == "" {
		action = Reject
	}
	return Rule{Action: action}, "the default"
}

func (p *Policy) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

// KeysFor are the keys of the rule for the images of a name, none where the rule
// asks for no signature.
func (p *Policy) KeysFor(name string) []*sign.PublicKey {
	if p == nil {
		return nil
	}
	rule, _ := p.rule(name)
	return rule.Keys
}
