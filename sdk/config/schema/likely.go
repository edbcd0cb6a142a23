package schema

import (
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/config/internal/decode"
	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// likely makes up a value that keeps to n's bounds, or failing that one of its
// type.
func likely(n *spec.Node) []byte {
	all := candidates(n)
	for _, json := range all {
		if p := decode.Try(n, json); len(p.List) == 0 {
			return json
		}
	}
	return all[0]
}

// candidates are values of n's type, likely ones first.
func candidates(n *spec.Node) [][]byte {
	if n.Pointer {
		pointee := *n
		pointee.Pointer = false
		return candidates(&pointee)
	}
	switch n.Kind {
	case spec.Bool:
		return texts("true")
	case spec.Duration:
		return quoted(append([]string{"1s"}, near(n)...)...)
	case spec.Int, spec.Uint, spec.Float:
		return texts(append(append([]string{"1"}, near(n)...), n.Enum...)...)
	case spec.Bytes:
		return quoted("aGVsbG8=")
	case spec.Raw, spec.Result, spec.Any:
		return texts("{}", `""`, "1", "[]", "true")
	}
	words := []string{"text", "1", "a", "1s", "127.0.0.1", "10.0.0.0/8", "https://example.com/", "2026-01-02T15:04:05Z"}
	if n.Pattern != nil {
		if re, err := syntax.Parse(n.Pattern.String(), syntax.Perl); err == nil {
			words = append([]string{shortest(re)}, words...)
		}
	}
	return quoted(append(n.Enum, resized(n, words)...)...)
}

// near are a number's bounds and what lies beside them.
func near(n *spec.Node) []string {
	var out []string
	for _, b := range []*spec.Bound{n.Min, n.Max} {
		if b == nil {
			continue
		}
		out = append(out, number(b.Text))
		if f, err := strconv.ParseFloat(b.Text, 64); err == nil {
			for _, step := range []float64{1, -1, 0.5, -0.5} {
				out = append(out, strconv.FormatFloat(f+step, 'f', -1, 64))
			}
			out = append(out, strconv.FormatFloat(f/2, 'f', -1, 64))
		}
	}
	return out
}

// resized are words, and the same longer and shorter as n wants them.
func resized(n *spec.Node, words []string) []string {
	out := append([]string{}, words...)
	for _, w := range words {
		if n.MinLength != nil && len(w) > 0 && len(w) < *n.MinLength && *n.MinLength <= 1<<10 {
			out = append(out, w+strings.Repeat(w[len(w)-1:], *n.MinLength-len(w)))
		}
		if n.MaxLength != nil && len(w) > *n.MaxLength {
			out = append(out, w[:*n.MaxLength])
		}
	}
	return out
}

func texts(all ...string) [][]byte {
	out := make([][]byte, len(all))
	for i, s := range all {
		out[i] = []byte(s)
	}
	return out
}

func quoted(all ...string) [][]byte {
	out := make([][]byte, len(all))
	for i, s := range all {
		out[i] = spec.Quote(nil, s)
	}
	return out
}

// shortest is a text that a regular expression matches, as short as can be had
// without a search.
func shortest(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		return string(readable(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a"
	case syntax.OpCapture, syntax.OpPlus, syntax.OpAlternate:
		return shortest(re.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(shortest(re.Sub[0]), re.Min)
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(shortest(sub))
		}
		return b.String()
	}
	return ""
}

// readable is a rune of a class, a letter or digit if it has one.
func readable(ranges []rune) rune {
	for _, want := range "a1Ab0" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= want && want <= ranges[i+1] {
				return want
			}
		}
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i] > ' ' {
			return ranges[i]
		}
	}
	if len(ranges) == 0 {
		return 'a'
	}
	return ranges[0]
}
