// Package pattern is what the tag `pattern` needs. It is a package of its own
// because regular expressions add 0.5 MB to a plugin; one that has patterns in
// its configuration imports it for its effect:
//
//	import _ "github.com/sluiceproxy/sluice/sdk/config/pattern"
//
// Patterns are in RE2 syntax, as package regexp has it: the time that a match
// takes grows with the text's length only. They match anywhere in the text;
// ^ and $ make them match all of it.
package pattern

import (
	"regexp"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

func init() {
	spec.UsePatterns(func(text string) (spec.Pattern, error) {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, err
		}
		return re, nil
	})
}
