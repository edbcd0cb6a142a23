package httpmatch

import (
	"errors"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// Text is a condition that a text fulfils or not. Exactly one of the fields that
// say how is set.
type Text struct {
	Exact    string `json:"exact" description:"The whole text."`
	Prefix   string `json:"prefix" description:"What the text begins with."`
	Suffix   string `json:"suffix" description:"What the text ends with."`
	Contains string `json:"contains" description:"A part of the text."`
	Regex    string `json:"regex" description:"A regular expression in RE2 syntax that some part of the text matches; ^ and $ are its ends."`

	how  How
	want string
	re   *regexp.Regexp
}

// How is the way in which a text is compared.
type How string

// The ways.
const (
	Exact    How = "exact"
	Prefix   How = "prefix"
	Suffix   How = "suffix"
	Contains How = "contains"
	Regex    How = "regex"
)

var errOneOf = errors.New("one of exact, prefix, suffix, contains and regex is needed")

// Validate implements config.Validator.
func (t *Text) Validate() error {
	found := 0
	for how, want := range map[How]string{Exact: t.Exact, Prefix: t.Prefix, Suffix: t.Suffix, Contains: t.Contains, Regex: t.Regex} {
		if want != "" {
			t.how, t.want = how, want
			found++
		}
	}
	if found != 1 {
		return errOneOf
	}
	return t.compile(false)
}

// New returns the condition that compares in one way.
func New(how How, want string) (Text, error) {
	t := Text{how: how, want: want}
	switch how {
	case Exact, Prefix, Suffix, Contains, Regex:
		return t, t.compile(false)
	}
	return t, errOneOf
}

// FoldCase makes the condition compare without case, as it is with the names of
// headers.
func (t *Text) FoldCase() error {
	t.want = strings.ToLower(t.want)
	if t.how == Regex {
		t.want = t.Regex
	}
	return t.compile(true)
}

func (t *Text) compile(fold bool) (err error) {
	if t.how != Regex {
		return nil
	}
	expression := t.want
	if fold {
		expression = "(?i)" + expression
	}
	if t.re, err = regexp.Compile(expression); err != nil {
		return fault.In("regex", err)
	}
	return nil
}

// How says in which way it compares.
func (t *Text) How() How { return t.how }

// Matches reports whether the text fulfils the condition. After FoldCase the text
// must be in lower case.
func (t *Text) Matches(text string) bool {
	switch t.how {
	case Exact:
		return text == t.want
	case Prefix:
		return strings.HasPrefix(text, t.want)
	case Suffix:
		return strings.HasSuffix(text, t.want)
	case Contains:
		return strings.Contains(text, t.want)
	case Regex:
		return t.re != nil && t.re.MatchString(text)
	}
	return false
}
