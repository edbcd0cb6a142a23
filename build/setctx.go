package build

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
)

// registrations are the functions of the SDK's packages that a plugin calls to
// make itself known, by the last element of the package's path. They work only
// in an init function: a gateway starts a plugin through _initialize, which
// does not run main.
var registrations = map[string][]string{
	"wrapper":   {"SetCtx", "SetCtxWithOptions"},
	"filter":    {"Register", "Bundle"},
	"proxywasm": {"SetVMContext", "SetPluginContext", "SetHttpContext", "SetTcpContext"},
}

// checkSetCtx refuses a package whose registration is reached from main alone.
func (b *builder) checkSetCtx(names []string) error {
	at, call := SetupInMain(b.Dir, names)
	if call == "" {
		return nil
	}
	return fmt.Errorf("%s:%d: %w: move %s into func init() and leave func main() {} empty, or let \"sluice migrate\" do it",
		filepath.Join(nearest(b.Dir), filepath.Base(at.Filename)), at.Line, ErrSetCtxInMain, call)
}

// SetupInMain looks through the files of a main package in dir for a call that
// makes the plugin known to the gateway, such as wrapper.SetCtx, and that is
// reached from main alone: a gateway never calls main. It returns the call and
// where it is, empty where there is none. What the parser can't read is left to
// the compiler.
func SetupInMain(dir string, names []string) (at token.Position, call string) {
	fset := token.NewFileSet()
	calls := map[string]*funcCalls{}
	for _, name := range names {
		file, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return at, ""
		}
		collect(file, calls)
	}
	if reach(calls, "init") != nil {
		return at, ""
	}
	found := reach(calls, "main")
	if found == nil {
		return at, ""
	}
	return fset.Position(found.pos), found.name
}

// registration is a call of one of the registrations.
type registration struct {
	name string
	pos  token.Pos
}

// funcCalls are what a function calls: others of its package, by name, and the
// first registration.
type funcCalls struct {
	names []string
	first *registration
}

// collect adds the functions of a file. All init functions and the values of
// package variables count as one function "init".
func collect(file *ast.File, calls map[string]*funcCalls) {
	imports := packageNames(file)
	for _, decl := range file.Decls {
		name := "init"
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil {
			continue // a method is not called by its name alone
		} else if ok {
			name = f.Name.Name
		}
		c := calls[name]
		if c == nil {
			c = &funcCalls{}
			calls[name] = c
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				c.add(call, imports)
			}
			return true
		})
	}
}

// packageNames are the last elements of the paths that a file imports, by the
// name that they have there.
func packageNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		full, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		last := path.Base(full)
		name := last
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name != "." || registrations[last] != nil {
			names[name] = last
		}
	}
	return names
}

func (c *funcCalls) add(call *ast.CallExpr, imports map[string]string) {
	fun := call.Fun
	switch generic := fun.(type) { // SetCtx[Config](…)
	case *ast.IndexExpr:
		fun = generic.X
	case *ast.IndexListExpr:
		fun = generic.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		c.names = append(c.names, f.Name)
		c.note(call, imports["."], "", f.Name)
	case *ast.SelectorExpr:
		if pkg, ok := f.X.(*ast.Ident); ok {
			c.note(call, imports[pkg.Name], pkg.Name+".", f.Sel.Name)
		}
	}
}

// note keeps the first call of a registration of the package.
func (c *funcCalls) note(call *ast.CallExpr, pkg, prefix, name string) {
	if c.first == nil && slices.Contains(registrations[pkg], name) {
		c.first = &registration{name: prefix + name, pos: call.Pos()}
	}
}

// reach finds a registration that the function, or one that it calls in the
// same package, makes.
func reach(calls map[string]*funcCalls, start string) *registration {
	seen := map[string]bool{start: true}
	for todo := []string{start}; len(todo) > 0; todo = todo[1:] {
		c := calls[todo[0]]
		if c == nil {
			continue
		}
		if c.first != nil {
			return c.first
		}
		for _, name := range c.names {
			if !seen[name] {
				seen[name] = true
				todo = append(todo, name)
			}
		}
	}
	return nil
}
