package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// checkRecursion finds functions that call themselves, also through others and
// through the closures that they hand on, on parts of a value that may come from
// outside.
func checkRecursion(p *program) {
	bounded := map[*node]bool{}
	for _, n := range p.nodes {
		bounded[n] = p.bounded(n) || p.checksJSON(n.pkg)
	}
	for _, n := range p.nodes {
		if n.modes&^goroutine == 0 || bounded[n] {
			continue
		}
		inspect(n.body, func(x ast.Node) bool {
			if call, ok := x.(*ast.CallExpr); ok {
				p.recursive(n, call, bounded)
			}
			return true
		})
	}
}

// recursive reports a call in n if it comes back to n by a way without a bound.
func (p *program) recursive(n *node, call *ast.CallExpr, bounded map[*node]bool) {
	for _, to := range p.functions(call.Fun) {
		if bounded[to] || !comesBack(to, n, bounded) {
			continue
		}
		if t := p.input(n, to, call); t != "" {
			through := ""
			if !n.within(to) {
				through = " through " + n.name()
			}
			p.found(call.Pos(), types.ExprString(call.Fun)+" calls itself"+through+" on a part of its "+t+", at any depth")
			return
		}
	}
}

// comesBack says whether running from may run to, on the same stack, by a way
// without a function that is bounded.
func comesBack(from, to *node, bounded map[*node]bool) bool {
	seen, todo := map[*node]bool{from: true}, []*node{from}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == to {
			return true
		}
		for _, e := range n.edges {
			if !e.goroutine && !bounded[e.to] && !seen[e.to] {
				seen[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	return false
}

// within says whether n is a function or a literal in it.
func (n *node) within(f *node) bool {
	for ; n != nil; n = n.outer {
		if n == f {
			return true
		}
	}
	return false
}

// name is what a finding calls the declared function around n.
func (n *node) name() string {
	if f := n.top().fn; f != nil {
		return f.Name()
	}
	return "a function literal"
}

// checksJSON says whether a package checks JSON texts before it parses them.
func (p *program) checksJSON(pkg *types.Package) bool {
	found := false
	p.eachCall(func(n *node, _ *ast.CallExpr, f *types.Func) {
		found = found || n.pkg == pkg && strings.HasPrefix(nameOf(f), "jsoncheck.")
	})
	return found
}

// input is the type of the first parameter of n that may hold nested input, if
// the call in from gives it something else than from has got: passing on the same
// value goes no deeper. A literal gets its values from whatever runs it, such as
// ForEach, so they count as others.
func (p *program) input(from, n *node, call *ast.CallExpr) string {
	for i := range n.sig.Params().Len() {
		v := n.sig.Params().At(i)
		if i >= len(call.Args) || !nests(v.Type()) {
			continue
		}
		if id, ok := ast.Unparen(call.Args[i]).(*ast.Ident); ok && (p.info.Uses[id] == v || from.fn != nil && from.hasParam(p.info.Uses[id])) {
			continue
		}
		return types.TypeString(v.Type(), func(pkg *types.Package) string { return pkg.Name() })
	}
	return ""
}

func (n *node) hasParam(v types.Object) bool {
	for i := range n.sig.Params().Len() {
		if n.sig.Params().At(i) == v {
			return true
		}
	}
	return false
}

// nests says whether a value of the type can hold decoded JSON.
func nests(t types.Type) bool {
	if isNamed(t, "github.com/tidwall/gjson", "Result") {
		return true
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Interface:
		return u.NumMethods() == 0
	case *types.Map:
		return nests(u.Elem())
	case *types.Slice:
		return nests(u.Elem())
	}
	return false
}

// bounded says whether a function compares a depth: something of that name, or
// an integer parameter.
func (p *program) bounded(n *node) bool {
	found := false
	inspect(n.body, func(x ast.Node) bool {
		b, ok := x.(*ast.BinaryExpr)
		if ok && slices.Contains([]token.Token{token.LSS, token.GTR, token.LEQ, token.GEQ, token.EQL, token.NEQ}, b.Op) {
			found = found || p.isDepth(n, b.X) || p.isDepth(n, b.Y)
		}
		return !found
	})
	return found
}

func (p *program) isDepth(n *node, e ast.Expr) bool {
	v := p.variable(e)
	if v == nil {
		return false
	}
	name := strings.ToLower(v.Name())
	if strings.Contains(name, "depth") || strings.Contains(name, "level") {
		return true
	}
	for i := range n.sig.Params().Len() {
		if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 && n.sig.Params().At(i) == v {
			return true
		}
	}
	return false
}
