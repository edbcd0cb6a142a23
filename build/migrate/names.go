package migrate

import (
	"go/ast"
	"slices"
)

// renamed are functions of the wrapper that had another name.
var renamed = map[string]string{"RegisteTickFunc": "RegisterTickFunc"}

// rewriteNames renames what the wrapper calls otherwise today, and finds pointers
// to the logger, which was a struct in the first of the SDKs and is an interface
// since.
func (f *file) rewriteNames() {
	names := f.wrapperNames()
	of := func(x ast.Expr) *ast.SelectorExpr {
		sel, ok := x.(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		if pkg, ok := sel.X.(*ast.Ident); !ok || !slices.Contains(names, pkg.Name) {
			return nil
		}
		return sel
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StarExpr:
			if sel := of(n.X); sel != nil && sel.Sel.Name == "Log" {
				f.manual = append(f.manual, f.at(n.Pos(), "Log is an interface: write it without the star, and pass the logger itself, not its address"))
			}
		case *ast.SelectorExpr:
			if sel := of(n); sel != nil && renamed[sel.Sel.Name] != "" {
				f.replace(sel.Sel.Pos(), sel.Sel.End(), renamed[sel.Sel.Name])
				f.changes = append(f.changes, f.at(n.Pos(), "%s is called %s", sel.Sel.Name, renamed[sel.Sel.Name]))
			}
		}
		return true
	})
}

// wrapperNames are what the file calls package wrapper of another SDK.
func (f *file) wrapperNames() (names []string) {
	for _, spec := range f.ast.Imports {
		if to, _ := counterpart(importPath(spec)); to == sdk+"wrapper" {
			names = append(names, localName(spec))
		}
	}
	return names
}
