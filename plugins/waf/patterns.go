package main

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/corazawaf/coraza/v3/experimental/plugins/plugintypes"

	"github.com/sluiceproxy/sluice/plugins/waf/internal/automaton"
)

// reader makes an expression of an operator's options, which matches wherever the
// operator does. It is exact where it matches nowhere else, and not ok where there is
// none.
type reader func(o plugintypes.OperatorOptions) (expr string, exact, ok bool)

// pattern returns nil where there is none.
func (r reader) pattern(o plugintypes.OperatorOptions) (p *automaton.Pattern, exact bool) {
	expr, exact, ok := r(o)
	if !ok {
		return nil, false
	}
	p, err := pool.New(expr)
	if err != nil {
		return nil, false
	}
	return p, exact
}

// expression is that of the operator rx, with the flags that it adds. Some it takes
// for patterns of bytes: those are among the ones with an escape beyond ASCII.
func expression(o plugintypes.OperatorOptions) (string, bool, bool) {
	if !utf8.ValidString(o.Arguments) || beyondASCII.MatchString(o.Arguments) {
		return "", false, false
	}
	return "(?sm)" + o.Arguments, true, true
}

var beyondASCII = regexp.MustCompile(`(?i)\\x(?:[89a-f]|\{0*(?:[89a-f][0-9a-f]|[1-9a-f][0-9a-f]{2,})\})`)

// words are those of the operator pm, which ASCII letters of either case match.
func words(o plugintypes.OperatorOptions) (string, bool, bool) {
	return anyOf(strings.Split(o.Arguments, " "))
}

// wordsOfFile are those of the operator pmFromFile, one a line.
func wordsOfFile(o plugintypes.OperatorOptions) (string, bool, bool) {
	if path.IsAbs(o.Arguments) {
		return "", false, false
	}
	for _, dir := range o.Path {
		text, err := fs.ReadFile(o.Root, path.Join(dir, o.Arguments))
		if err != nil {
			continue
		}
		var list []string
		for line := range bytes.Lines(text) {
			if word := strings.TrimSpace(string(line)); word != "" && word[0] != '#' {
				list = append(list, word)
			}
		}
		return anyOf(list)
	}
	return "", false, false
}

// anyOf is not exact: with (?i) some letters beyond ASCII match those of ASCII.
func anyOf(list []string) (expr string, exact, ok bool) {
	for i, word := range list {
		if strings.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return "", false, false
		}
		list[i] = regexp.QuoteMeta(word)
	}
	return "(?i)" + strings.Join(list, "|"), false, len(list) > 0
}
