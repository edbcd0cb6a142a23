package vet

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// marker begins a comment that allows a finding.
const marker = "//sluice:allow"

// allowed is one such comment.
type allowed struct {
	at           token.Pos
	file         string
	line         int // the line that it is about
	rule, reason string
	used         bool
}

// suppress takes the findings away that are allowed, and adds one for each
// comment that is useless.
func (p *program) suppress(rules []Rule) {
	all := p.allowed()
	p.findings = slices.DeleteFunc(p.findings, func(f Finding) bool {
		gone := false
		for _, a := range all {
			if a.reason != "" && a.rule == f.Rule && a.file == f.File && a.line == f.Line {
				a.used, gone = true, true
			}
		}
		return gone
	})
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == ruleSuppress })
	if i < 0 {
		return
	}
	p.rule = rules[i]
	for _, a := range all {
		if what := a.useless(rules); what != "" {
			p.found(a.at, what)
		}
	}
}

// useless says what is wrong with a comment, nothing where it is fine.
func (a *allowed) useless(rules []Rule) string {
	applied := slices.Contains(ruleNames(rules), a.rule)
	switch {
	case !slices.Contains(ruleNames(Rules()), a.rule):
		return marker + " of the unknown rule " + quoted(a.rule)
	case applied && a.reason == "":
		return marker + " " + a.rule + " without a reason"
	case applied && !a.used:
		return marker + " " + a.rule + ": there is no such finding"
	}
	return ""
}

func quoted(s string) string { return `"` + s + `"` }

// allowed reads the comments. One on a line of its own is about the next line.
func (p *program) allowed() []*allowed {
	var found []*allowed
	for _, s := range p.packages {
		for _, f := range s.files {
			code := p.codeLines(f)
			for _, group := range f.Comments {
				for _, c := range group.List {
					rest, ok := strings.CutPrefix(c.Text, marker)
					if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
						continue
					}
					pos := p.fset.Position(c.Pos())
					a := &allowed{at: c.Pos(), file: pos.Filename, line: pos.Line}
					a.rule, a.reason, _ = strings.Cut(strings.TrimSpace(rest), " ")
					a.reason = strings.TrimSpace(a.reason)
					if !code[pos.Line] {
						a.line++
					}
					found = append(found, a)
				}
			}
		}
	}
	return found
}

// codeLines are the lines of a file on which code begins or ends.
func (p *program) codeLines(f *ast.File) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(f, func(x ast.Node) bool {
		switch x.(type) {
		case nil, *ast.CommentGroup, *ast.Comment, *ast.File:
		default:
			lines[p.fset.Position(x.Pos()).Line] = true
			lines[p.fset.Position(x.End()-1).Line] = true
		}
		return true
	})
	return lines
}
