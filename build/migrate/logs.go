package migrate

import (
	"go/ast"
	"slices"
)

// noteLogs finds pointers to the logger, which was a struct in the first of the
// SDKs and is an interface since.
func (f *file) noteLogs() {
	var names []string
	for _, spec := range f.ast.Imports {
		if to, _ := counterpart(importPath(spec)); to == sdk+"wrapper" {
			names = append(names, localName(spec))
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		star, ok := n.(*ast.StarExpr)
		if !ok {
			return true
		}
		if x, ok := star.X.(*ast.SelectorExpr); ok && x.Sel.Name == "Log" {
			if pkg, ok := x.X.(*ast.Ident); ok && slices.Contains(names, pkg.Name) {
				f.manual = append(f.manual, f.at(n.Pos(), "Log is an interface: write %s.Log, and pass the logger itself, not its address", pkg.Name))
			}
		}
		return true
	})
}
