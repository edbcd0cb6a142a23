package migrate

import (
	"go/ast"
	"slices"
	"strings"
)

// phases are the phases that a function runs in.
type phases struct{ headers, other bool }

// headerFuncs are the functions of a package, by name, whose results become the
// action of a callback.
type headerFuncs map[string]phases

// rewritePauses replaces ActionPause where a header callback returns it.
func (f *file) rewritePauses(funcs headerFuncs, bodies bool) {
	names := f.typesNames()
	f.eachFunc(funcs, func(name string, body *ast.BlockStmt, p phases) {
		returned := map[ast.Node]bool{}
		eachReturn(body, func(r ast.Expr) { returned[r] = true })
		waits := hasLiteral(body)
		ast.Inspect(body, func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			id := pauseIn(n, names)
			if id == nil {
				return true
			}
			switch {
			case p.other:
				f.todo(id, "%s runs in header and in body callbacks: return HeaderStopAllIterationAndWatermark in the former, ActionPause in the latter", name)
			case !returned[n]:
				f.todo(id, "%s runs in header callbacks: if they return this ActionPause, make it HeaderStopAllIterationAndWatermark", name)
			case bodies && !waits:
				f.todo(id, "%s makes no call that it waits for: return HeaderStopIteration if the headers wait for the body, else HeaderStopAllIterationAndWatermark", name)
			default:
				f.replace(id.Pos(), id.End(), "HeaderStopAllIterationAndWatermark")
				f.changes = append(f.changes, f.at(id.Pos(), "a header callback returns HeaderStopAllIterationAndWatermark instead of ActionPause"))
			}
			return false
		})
	})
}

func (f *file) todo(n ast.Node, what string, name string) {
	f.manual = append(f.manual, f.at(n.Pos(), what, name))
}

// pauseIn returns the identifier ActionPause if n is package types' one.
func pauseIn(n ast.Node, names []string) *ast.Ident {
	switch x := n.(type) {
	case *ast.SelectorExpr:
		if pkg, ok := x.X.(*ast.Ident); ok && x.Sel.Name == "ActionPause" && slices.Contains(names, pkg.Name) {
			return x.Sel
		}
	case *ast.Ident:
		if x.Name == "ActionPause" && slices.Contains(names, ".") {
			return x
		}
	}
	return nil
}

// hasLiteral says whether a function has function literals in it: callbacks.
func hasLiteral(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		_, literal := n.(*ast.FuncLit)
		found = found || literal
		return !found
	})
	return found
}

// typesNames are what the file calls package types.
func (f *file) typesNames() (names []string) {
	for _, spec := range f.ast.Imports {
		full := importPath(spec)
		if to, _ := counterpart(full); to == sdk+"proxywasm/types" || full == sdk+"proxywasm/types" {
			names = append(names, localName(spec))
		}
	}
	return names
}

// eachFunc calls do for the functions, methods and literals of the file that
// run in a header phase.
func (f *file) eachFunc(funcs headerFuncs, do func(name string, body *ast.BlockStmt, p phases)) {
	for _, decl := range f.ast.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok || d.Body == nil {
			continue
		}
		if p := funcs[funcName(d)]; p.headers {
			do(d.Name.Name, d.Body, p)
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		if literal, ok := call.Args[0].(*ast.FuncLit); ok && phasesOf(call).headers {
			do("the callback", literal.Body, phases{headers: true})
		}
		return true
	})
}

// funcName is a function's name, with a dot in front for a method.
func funcName(d *ast.FuncDecl) string {
	if d.Recv != nil {
		return "." + d.Name.Name
	}
	return d.Name.Name
}

// phasesOf says in which phases the argument of a call of a Process… option runs.
func phasesOf(call *ast.CallExpr) phases {
	fun := call.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok || !strings.HasPrefix(sel.Sel.Name, "Process") {
		return phases{}
	}
	switch strings.TrimSuffix(sel.Sel.Name, "By") {
	case "ProcessRequestHeaders", "ProcessResponseHeaders":
		return phases{headers: true}
	case "ProcessRequestBody", "ProcessResponseBody":
		return phases{other: true}
	}
	return phases{}
}

// findHeaderFuncs finds the functions that are callbacks, and those whose result
// they return.
func findHeaderFuncs(files []*file) headerFuncs {
	funcs := headerFuncs{
		".OnHttpRequestHeaders": {headers: true}, ".OnHttpResponseHeaders": {headers: true},
		".OnHttpRequestBody": {other: true}, ".OnHttpResponseBody": {other: true},
	}
	returns := map[string][]string{} // what a function returns the result of
	for _, f := range files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 1 {
				p := phasesOf(call)
				switch callback := call.Args[0].(type) {
				case *ast.FuncLit:
					eachReturn(callback.Body, func(r ast.Expr) { funcs.add(called(r), p) })
				default:
					funcs.add(nameOf(callback), p)
				}
			}
			return true
		})
		for _, decl := range f.ast.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Body != nil {
				eachReturn(d.Body, func(r ast.Expr) { returns[funcName(d)] = append(returns[funcName(d)], called(r)) })
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for from, list := range returns {
			for _, name := range list {
				changed = funcs.add(name, funcs[from]) || changed
			}
		}
	}
	return funcs
}

// add notes phases of a function and reports whether that is news.
func (h headerFuncs) add(name string, p phases) bool {
	old := h[name]
	p.headers, p.other = p.headers || old.headers, p.other || old.other
	if name == "" || p == old {
		return false
	}
	h[name] = p
	return true
}

// called is the name of the function of which an expression is the result.
func called(x ast.Expr) string {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return ""
	}
	return nameOf(call.Fun)
}

// nameOf is a function's name as funcName has it, empty for other expressions.
func nameOf(x ast.Expr) string {
	switch f := x.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return "." + f.Sel.Name
	case *ast.IndexExpr:
		return nameOf(f.X)
	}
	return ""
}

// eachReturn calls do for each single result that a function returns, without
// those of function literals in it.
func eachReturn(body *ast.BlockStmt, do func(ast.Expr)) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if len(n.Results) == 1 {
				do(n.Results[0])
			}
		}
		return true
	})
}

// hasBodies says whether a package has callbacks for bodies.
func hasBodies(files []*file) (found bool) {
	for _, f := range files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				found = found || phasesOf(n).other
			case *ast.FuncDecl:
				name := funcName(n)
				found = found || name == ".OnHttpRequestBody" || name == ".OnHttpResponseBody"
			}
			return !found
		})
	}
	return found
}
