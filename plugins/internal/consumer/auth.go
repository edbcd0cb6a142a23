package consumer

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Auth is the part of a configuration that says who may pass where. A plugin's
// configuration embeds it, and calls Prepare in its Validate method.
type Auth struct {
	// GlobalAuth has three values: see the table in the package's documentation.
	GlobalAuth *bool `json:"global_auth" description:"Top level only. true: authentication is needed everywhere; false: only where a rule says so; not set: everywhere if there are no rules, else only where a rule says so."`
	// Allow are names of consumers. Each rule has it.
	Allow []loose.Text `json:"allow" minItems:"1" description:"The consumers that may pass, by name. Each rule needs it; without it at the top level all consumers may."`

	top    *top // what the global configuration and its rules share
	inRule bool
}

// top is made once for each configuration.
type top struct {
	globalAuth *bool
	rules      bool // there is at least one rule
}

// The reasons why a configuration is refused.
var (
	errAllowMissing = errors.New("allow: is required in a rule: the consumers that may pass there")
	errGlobalInRule = errors.New("global_auth: belongs to the top level, not into a rule")
)

// Prepare makes the rest of a out of its configuration. It is to be called once
// for the global configuration and once for each rule on top of it, which
// wrapper.ParseTypedOverrideConfig does by way of Validate. A rule without a
// global configuration stands for itself.
func (a *Auth) Prepare() error {
	if a.top == nil {
		a.top = &top{globalAuth: a.GlobalAuth}
		return nil
	}
	if a.GlobalAuth != a.top.globalAuth {
		return errGlobalInRule
	}
	if len(a.Allow) == 0 {
		return errAllowMissing
	}
	a.inRule, a.top.rules = true, true
	return nil
}

// Required reports whether a request needs a consumer. A configuration that was
// never prepared needs one.
func (a *Auth) Required() bool {
	switch {
	case a.top == nil || a.inRule:
		return true
	case a.GlobalAuth != nil:
		return *a.GlobalAuth
	default:
		return !a.top.rules
	}
}

// Allows reports whether the consumer of that name may pass.
func (a *Auth) Allows(name string) bool {
	return len(a.Allow) == 0 || slices.Contains(a.Allow, loose.Text(name))
}

// CheckName says what is wrong with a consumer's name, which goes into a header:
// it has to be visible ASCII, or UTF-8, without line breaks, commas and spaces at
// its ends.
func CheckName(name string) error {
	bad := func(r rune) bool { return r < ' ' || r == 0x7f || r == ',' }
	if name == "" || strings.TrimSpace(name) != name || strings.ContainsFunc(name, bad) {
		return errors.New("the consumer's name " + strconv.Quote(name) + " must be one word or more, without commas and control characters")
	}
	return nil
}

// Same reports whether two lists are one in memory: a rule that does not name the
// key shares the global configuration's list, and what was made of that need not
// be made again for each rule.
func Same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
