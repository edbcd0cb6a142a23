package spec

import "errors"

// Pattern is a regular expression.
type Pattern interface {
	MatchString(text string) bool
	String() string
}

// compile is what package pattern brings: without it no plugin has package
// regexp linked into it.
var compile func(string) (Pattern, error)

// UsePatterns makes patterns known. It is called while the program starts.
func UsePatterns(c func(string) (Pattern, error)) { compile = c }

func compilePattern(text string) (Pattern, error) {
	if compile == nil {
		return nil, errors.New(`patterns need import _ "github.com/sluiceproxy/sluice/sdk/config/pattern"`)
	}
	return compile(text)
}
