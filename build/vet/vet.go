package vet

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
)

var (
	// ErrUnknownRule is in the error about a rule that doesn't exist.
	ErrUnknownRule = errors.New("unknown rule")
	// ErrNoPlugin is in the error about a directory without a plugin.
	ErrNoPlugin = errors.New("no plugin here")
)

// Options say what to look at. The zero value is the plugin in the current
// directory, with every rule that is not optional.
type Options struct {
	// Dir is the directory of a plugin's main package; or, with "/..." at its
	// end, of all plugins of one module below it. Default ".".
	Dir string
	// Rules are the names of the rules to apply. Default: all but the optional
	// ones. suppression only judges comments that name one of these rules.
	Rules []string
	// Target is the gateway that must take the plugin. Default: any, for which
	// the rule target finds nothing.
	Target build.Target
	// Go is the go command. Default "go", from the PATH.
	Go string
	// Env are further variables for the go command, each as "KEY=value".
	Env []string
}

// Finding is one place in the source.
type Finding struct {
	// File is relative to the current directory if it lies below that.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"` // in bytes, from 1
	// Rule is the name of the rule.
	Rule string `json:"rule"`
	// Message says what was found.
	Message string `json:"message"`
	// Effect is what happens on a gateway, Instead what to write.
	Effect  string `json:"effect"`
	Instead string `json:"instead"`
}

// String is one line, as a compiler would print it.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Rule, f.Message)
}

// Report is what was found in some plugins.
type Report struct {
	// Plugins are the import paths of the main packages.
	Plugins []string `json:"plugins"`
	// Packages is the number of packages whose source was read.
	Packages int `json:"packages"`
	// Findings are sorted by file, line, column and rule. It is not nil.
	Findings []Finding `json:"findings"`
	// Notes are what the user should know about how the plugin was read.
	Notes []string `json:"notes,omitempty"`
}

// Run reads the plugins and applies the rules.
//
// Errors: ErrUnknownRule, ErrNoPlugin, build.ErrNoGo, build.ErrGoTooOld,
// *build.CompileError for source that doesn't compile, compat.ErrUnsupported,
// those of the file system, and ctx's own.
func Run(ctx context.Context, o Options) (*Report, error) {
	rules, err := pick(o.Rules)
	if err != nil {
		return nil, err
	}
	l, err := newLoader(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = l.plan.Close() }()
	p, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	p.target = o.Target
	p.follow()
	for _, r := range rules {
		if r.check != nil {
			p.rule = r
			r.check(p)
		}
	}
	p.suppress(rules)
	return p.report(l.plan.Notes), nil
}

// found adds a finding of the rule that runs. what replaces the rule's own
// words where it has some.
func (p *program) found(at token.Pos, message string, what ...string) {
	pos := p.fset.Position(at)
	f := Finding{File: pos.Filename, Line: pos.Line, Column: pos.Column, Rule: p.rule.Name,
		Message: message, Effect: p.rule.Effect, Instead: p.rule.Instead}
	if len(what) > 0 {
		f.Effect = what[0]
	}
	if !slices.Contains(p.findings, f) {
		p.findings = append(p.findings, f)
	}
}

func (p *program) report(notes []string) *Report {
	r := &Report{Plugins: p.plugins, Packages: len(p.packages), Findings: p.findings, Notes: notes}
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	for i := range r.Findings {
		r.Findings[i].File = nearest(r.Findings[i].File)
	}
	slices.SortFunc(r.Findings, compareFindings)
	return r
}

func compareFindings(a, b Finding) int {
	for _, c := range []int{strings.Compare(a.File, b.File), a.Line - b.Line, a.Column - b.Column, strings.Compare(a.Rule, b.Rule)} {
		if c != 0 {
			return c
		}
	}
	return 0
}

// nearest is a path relative to the current directory if it lies below that.
func nearest(path string) string {
	cwd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(cwd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
