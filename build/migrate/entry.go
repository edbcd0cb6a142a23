package migrate

import (
	"bytes"
	"go/ast"
)

// rewriteMain makes a main function that does something an init function: a
// gateway starts a plugin through _initialize, which runs init but not main.
func (f *file) rewriteMain() {
	if f.ast.Name.Name != "main" {
		return
	}
	for _, decl := range f.ast.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok || d.Recv != nil || d.Name.Name != "main" || d.Body == nil || len(d.Body.List) == 0 {
			continue
		}
		start := d.Pos()
		if d.Doc != nil {
			start = d.Doc.Pos()
		}
		end := "\n"
		if bytes.Contains(f.src, []byte("\r\n")) {
			end = "\r\n"
		}
		f.replace(start, start, "func main() {}"+end+end)
		f.replace(d.Name.Pos(), d.Name.End(), "init")
		f.changes = append(f.changes, f.at(d.Pos(), "what main does is done in init; a gateway never calls main"))
	}
}
