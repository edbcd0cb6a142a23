package vet

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/compat"
)

// want is a finding that a comment in the test data asks for: want "…" for its
// own line, want+1 "…" for the next. Each text is "rule: regular expression",
// or the rule alone.
type want struct {
	file string
	line int
	rule string
	text *regexp.Regexp
	met  bool
}

var (
	wantRule   = regexp.MustCompile(`// want(\+1)? (".*)$`)
	quotedRule = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// wants reads the comments of all files below a directory.
func wants(t *testing.T, dir string) []*want {
	t.Helper()
	var found []*want
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, group := range f.Comments {
			for _, c := range group.List {
				if m := wantRule.FindStringSubmatch(c.Text); m != nil {
					found = append(found, parseWant(t, fset.Position(c.Pos()), m)...)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func parseWant(t *testing.T, at token.Position, m []string) []*want {
	t.Helper()
	var found []*want
	for _, q := range quotedRule.FindAllString(m[2], -1) {
		text, err := strconv.Unquote(q)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		rule, message, _ := strings.Cut(text, ": ")
		w := &want{file: at.Filename, line: at.Line, rule: rule, text: regexp.MustCompile(message)}
		if m[1] != "" {
			w.line++
		}
		found = append(found, w)
	}
	return found
}

// compare holds findings equal to what the comments ask for.
func compare(t *testing.T, found []Finding, wanted []*want) {
	t.Helper()
	for _, f := range found {
		i := slices.IndexFunc(wanted, func(w *want) bool {
			return !w.met && w.file == f.File && w.line == f.Line && w.rule == f.Rule && w.text.MatchString(f.Message)
		})
		if i < 0 {
			t.Errorf("unexpected: %s", f)
			continue
		}
		wanted[i].met = true
		if f.Column < 1 || f.Effect == "" || f.Instead == "" {
			t.Errorf("incomplete: %+v", f)
		}
	}
	for _, w := range wanted {
		if !w.met {
			t.Errorf("%s:%d: no finding of %s: %s", w.file, w.line, w.rule, w.text)
		}
	}
}

func run(t *testing.T, o Options) *Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	r, err := Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRules: the plugins in testdata have the findings that they say, and no
// others. Each rule has one at least.
func TestRules(t *testing.T) {
	r := run(t, Options{Dir: "testdata/...", Rules: ruleNames(Rules()), Target: build.Istio})
	wanted := slices.DeleteFunc(wants(t, "testdata"), func(w *want) bool {
		return strings.HasPrefix(w.file, filepath.Join("testdata", "higress"))
	})
	compare(t, r.Findings, wanted)
	if len(r.Plugins) < 12 || r.Packages != len(r.Plugins)+1 {
		t.Errorf("%d plugins %v, %d packages", len(r.Plugins), r.Plugins, r.Packages)
	}
	for _, rule := range Rules() {
		if !slices.ContainsFunc(wanted, func(w *want) bool { return w.rule == rule.Name }) {
			t.Errorf("no test of rule %s", rule.Name)
		}
	}
}

// TestHigress: a plugin for Higress' Go SDK is read with the shims in its place.
func TestHigress(t *testing.T) {
	dir := filepath.Join("testdata", "higress")
	compare(t, run(t, Options{Dir: dir}).Findings, wants(t, dir))
}

// TestPlugins: the plugins of this repository have no findings.
func TestPlugins(t *testing.T) {
	r := run(t, Options{Dir: filepath.Join("..", "..", "plugins", "..."), Target: build.Higress})
	for _, f := range r.Findings {
		t.Error(f)
	}
	if len(r.Plugins) < 4 {
		t.Errorf("looked at %v only", r.Plugins)
	}
}

// TestChosenRules: rules that were not asked for find nothing, and comments
// about them are nobody's business.
func TestChosenRules(t *testing.T) {
	r := run(t, Options{Dir: filepath.Join("testdata", "allow"), Rules: []string{"suppression", "blocking"}})
	var rules []string
	for _, f := range r.Findings {
		rules = append(rules, f.Rule)
	}
	if !slices.Equal(rules, []string{"suppression", "suppression"}) {
		t.Errorf("findings are %v", r.Findings)
	}
	if r := run(t, Options{Dir: filepath.Join("testdata", "target")}); len(r.Findings) != 0 {
		t.Errorf("without a target: %v", r.Findings)
	}
	if r := run(t, Options{Dir: filepath.Join("testdata", "shared")}); len(r.Findings) != 0 {
		t.Errorf("an optional rule ran: %v", r.Findings)
	}
}

const module = "module example.com/demo\n\ngo 1.24\n"

// write makes a directory with files in it, given as name, text, name, text.
func write(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		want error
		text string
	}{
		"unknown rule":    {Options{Rules: []string{"nosuch"}}, ErrUnknownRule, "blocking"},
		"no directory":    {Options{Dir: "testdata/nosuch"}, fs.ErrNotExist, "nosuch"},
		"a file":          {Options{Dir: "testdata/allow/main.go"}, nil, "is a file"},
		"no module":       {Options{Dir: write(t, "main.go", "package main\n")}, compat.ErrNoModule, "go mod init"},
		"no SDK":          {Options{Dir: write(t, "go.mod", module, "main.go", "package main\n\nfunc main() {}\n")}, ErrNoPlugin, "does not import"},
		"no SDK below":    {Options{Dir: write(t, "go.mod", module, "main.go", "package main\n\nfunc main() {}\n") + "/..."}, ErrNoPlugin, "no main package"},
		"not main":        {Options{Dir: "testdata/blocking/inner"}, ErrNoPlugin, "package inner"},
		"no go command":   {Options{Dir: "testdata/allow", Go: "nosuchgo"}, build.ErrNoGo, "nosuchgo"},
		"unknown package": {Options{Dir: write(t, "go.mod", module, "main.go", "package main\n\nimport _ \"example.com/other\"\n"), Env: []string{"GOPROXY=off"}}, nil, "example.com/other"},
	} {
		r, err := Run(context.Background(), c.o)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, %v, want %v with %q", name, r, err, c.want, c.text)
		}
	}
}

// TestCompileError: what doesn't compile is reported in the compiler's words.
func TestCompileError(t *testing.T) {
	dir := write(t, "go.mod", module, "main.go", "package main\n\nfunc main() {\n\tundefined()\n}\n\nfunc f() int {}\n")
	_, err := Run(context.Background(), Options{Dir: dir})
	var compile *build.CompileError
	if !errors.As(err, &compile) || !strings.Contains(err.Error(), "main.go:4:2: undefined: undefined") ||
		!strings.Contains(err.Error(), "main.go:7:15: missing return") || strings.Contains(err.Error(), "ImportPath") {
		t.Errorf("%v", err)
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, Options{Dir: "testdata/allow"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestFindingString(t *testing.T) {
	f := Finding{File: "main.go", Line: 3, Column: 2, Rule: "exit", Message: "os.Exit in a callback"}
	if got := fmt.Sprint(f); got != "main.go:3:2: exit: os.Exit in a callback" {
		t.Errorf("%q", got)
	}
}

// TestDocumentation holds docs/vet.md equal to the rules: a section for each,
// with the effect and the cure in their own words.
func TestDocumentation(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "vet.md")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(b), "\n## Rules\n")
	sections := map[string]string{}
	var order []string
	for _, s := range strings.Split(list, "\n### ")[1:] {
		name, text, _ := strings.Cut(s, "\n")
		sections[name] = text
		order = append(order, name)
	}
	if !slices.Equal(order, ruleNames(Rules())) {
		t.Errorf("docs/vet.md has the rules %v, want %v", order, ruleNames(Rules()))
	}
	for _, r := range Rules() {
		for _, text := range []string{r.Summary, r.Effect, r.Instead} {
			if !strings.Contains(strings.ToLower(sections[r.Name]), strings.ToLower(text)) {
				t.Errorf("docs/vet.md: rule %s does not say %q", r.Name, text)
			}
		}
	}
}
