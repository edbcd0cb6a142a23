package depcheck

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// shown are the packages whose types and options are all shown in an Example
// that go test runs and compares.
var shown = []string{
	"sdk/bundle", "sdk/call", "sdk/config", "sdk/config/pattern", "sdk/config/schema", "sdk/filter", "sdk/jsoncheck", "sdk/jsonscan", "sdk/log", "sdk/plugin",
	"sdk/plugintest", "sdk/proxywasm", "sdk/proxywasm/types", "sdk/remote", "sdk/wrapper",
}

// introduced are the packages that have one such Example at least.
var introduced = []string{"build", "build/vet", "build/wasm", "deploy/envoy", "host", "host/gateway", "host/upstream", "run"}

// examples are the names of a package, and those that its Examples show.
type examples struct {
	wanted  []string // types and options
	shown   map[string]bool
	implied map[string][]string // names that are shown with another
	outputs int                 // Examples that go test runs
}

// readExamples parses the package in a directory.
func readExamples(t *testing.T, dir string) examples {
	t.Helper()
	files := map[string][]byte{}
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	e, err := parseExamples(files)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// parseExamples looks at the files of one package, by name.
func parseExamples(files map[string][]byte) (examples, error) {
	e := examples{shown: map[string]bool{}, implied: map[string][]string{}}
	var tests []*ast.File
	fset := token.NewFileSet()
	pkg := ""
	for name, code := range files {
		f, err := parser.ParseFile(fset, name, code, parser.ParseComments)
		if err != nil {
			return e, err
		}
		if strings.HasSuffix(name, "_test.go") {
			tests = append(tests, f)
			continue
		}
		pkg = f.Name.Name
		for _, decl := range f.Decls {
			e.want(decl)
		}
	}
	slices.Sort(e.wanted)
	e.wanted = slices.Compact(e.wanted)
	decls := declarations(tests)
	for _, x := range doc.Examples(tests...) {
		if x.Output == "" && !x.EmptyOutput {
			continue // not run
		}
		e.outputs++
		first, _, _ := strings.Cut(x.Name, "_")
		e.shown[first] = true
		e.use(x.Code, pkg, decls, map[string]bool{})
	}
	for name, others := range e.implied {
		for _, other := range others {
			e.shown[other] = e.shown[other] || e.shown[name]
		}
	}
	return e, nil
}

// want adds the names that a declaration makes: types, and functions that
// return an option or configure something. A constant shows its type, a
// function what it returns and the types of functions that it takes.
func (e *examples) want(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.GenDecl:
		typ := ""
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					e.wanted = append(e.wanted, s.Name.Name)
				}
			case *ast.ValueSpec:
				if s.Type != nil || len(s.Values) > 0 {
					typ = receiver(s.Type)
				}
				for _, name := range s.Names {
					e.implied[name.Name] = append(e.implied[name.Name], typ)
				}
			}
		}
	case *ast.FuncDecl:
		if d.Recv != nil || !d.Name.IsExported() {
			return
		}
		if returnsOption(d.Type) || configures(d.Name.Name) {
			e.wanted = append(e.wanted, d.Name.Name)
		}
		for _, list := range []*ast.FieldList{d.Type.Results, d.Type.Params} {
			if list == nil {
				continue
			}
			for _, field := range list.List {
				if name := receiver(field.Type); list == d.Type.Results || strings.HasSuffix(name, "Func") || strings.HasSuffix(name, "Factory") {
					e.implied[d.Name.Name] = append(e.implied[d.Name.Name], name)
				}
			}
		}
	}
}

// returnsOption reports whether a function's result is a type whose name says
// that it is an option.
func returnsOption(f *ast.FuncType) bool {
	if f.Results == nil || len(f.Results.List) != 1 {
		return false
	}
	name := strings.ToLower(receiver(f.Results.List[0].Type))
	return strings.Contains(name, "option") || strings.HasSuffix(name, "setting")
}

func configures(name string) bool {
	for _, prefix := range []string{"Enable", "Handle", "Register", "Set", "With"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// declarations are what test files declare at their top level, by name. A
// type's methods belong to it.
func declarations(files []*ast.File) map[string][]ast.Node {
	found := map[string][]ast.Node{}
	for _, f := range files {
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d.Recv.List[0].Type)
				}
				found[name] = append(found[name], d)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						found[s.Name.Name] = append(found[s.Name.Name], s)
					case *ast.ValueSpec:
						for _, name := range s.Names {
							found[name.Name] = append(found[name.Name], s)
						}
					}
				}
			}
		}
	}
	return found
}

// use notes the names of the package that some code uses, itself or through
// what the test files declare.
func (e *examples) use(code ast.Node, pkg string, decls map[string][]ast.Node, seen map[string]bool) {
	ast.Inspect(code, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == pkg {
				e.shown[n.Sel.Name] = true
			}
		case *ast.Ident:
			if decls[n.Name] == nil || seen[n.Name] || strings.HasPrefix(n.Name, "Example") {
				return true
			}
			seen[n.Name] = true
			for _, d := range decls[n.Name] {
				e.use(d, pkg, decls, seen)
			}
		}
		return true
	})
}

// missing are the wanted names that no Example shows.
func (e *examples) missing() []string {
	var found []string
	for _, name := range e.wanted {
		if !e.shown[name] {
			found = append(found, name)
		}
	}
	return found
}

// TestExamples: an author finds each type and each option of the SDK in a
// program that is compiled, run and compared.
func TestExamples(t *testing.T) {
	root := harness.Root(t)
	for _, dir := range shown {
		e := readExamples(t, filepath.Join(root, dir))
		if missing := e.missing(); len(missing) > 0 {
			t.Errorf("%s: no Example with an Output shows %s", dir, strings.Join(missing, ", "))
		}
		t.Logf("%s: %d Examples show %d types and options", dir, e.outputs, len(e.wanted))
	}
	for _, dir := range introduced {
		if readExamples(t, filepath.Join(root, dir)).outputs == 0 {
			t.Errorf("%s has no Example with an Output", dir)
		}
	}
}

// TestEveryPackageIsShown: a new public package of the SDK is in the list.
func TestEveryPackageIsShown(t *testing.T) {
	var dirs []string
	for _, path := range sources(t) {
		dir := filepath.ToSlash(filepath.Dir(path))
		if within(dir, "sdk") && !strings.Contains(dir+"/", "/internal/") && !within(dir, "sdk/compat") {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if !slices.Contains(shown, dir) {
			t.Errorf("%s is not in the list of packages with Examples", dir)
		}
	}
}

func TestExamplesSees(t *testing.T) {
	e, err := parseExamples(map[string][]byte{
		"p.go": []byte(`package p
type Named struct{}
type Used struct{}
type InDecl struct{}
type InMethod struct{}
type Unrun struct{}
type OnlyTest struct{}
type hidden struct{}
type option func()
type CtxOption[C any] interface{}
func A() option { return nil }
func NewMade(f TakenFunc) *Made { return nil }
type Made struct{}
type TakenFunc func()
type Kind int
const ( One Kind = iota; Two )
func B() CtxOption[int] { return nil }
func WithC() {}
func Plain() {}
func (Used) WithMethod() {}
`),
		"p_test.go": []byte(`package p_test
func TestX() { _ = p.OnlyTest{} }
type mine struct{ p.InDecl }
func (mine) M() { _ = p.InMethod{} }
func ExampleNamed_method() {
	// Output:
}
func Example() {
	_, _, _ = p.Used{}, p.NewMade(nil), p.Two
	helper(p.A())
	// Output:
}
func helper() { _ = mine{} }
func Example_unrun() { _ = p.Unrun{} }
`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"B", "CtxOption", "OnlyTest", "Unrun", "WithC"}; !slices.Equal(e.missing(), want) {
		t.Errorf("missing %v, want %v; wanted %v", e.missing(), want, e.wanted)
	}
	if e.outputs != 2 {
		t.Errorf("%d Examples with an output", e.outputs)
	}
	if _, err := parseExamples(map[string][]byte{"p.go": []byte("no Go")}); err == nil {
		t.Error("a file that is not Go passed")
	}
}
