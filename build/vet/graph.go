package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// declare makes the nodes of all functions. The values of a package's variables
// are one more, which runs as init does.
func (p *program) declare() {
	for _, s := range p.packages {
		values := &node{vars: true, pkg: s.types, body: &ast.BlockStmt{}, sig: &types.Signature{}}
		for _, f := range s.files {
			for _, decl := range f.Decls {
				switch d := decl.(type) {
				case *ast.FuncDecl:
					p.declareFunc(d)
				case *ast.GenDecl:
					if d.Tok == token.VAR {
						values.body.List = append(values.body.List, &ast.DeclStmt{Decl: d})
					}
				}
			}
		}
		p.nodes = append(p.nodes, values)
		p.declareLits(values)
	}
}

func (p *program) declareFunc(d *ast.FuncDecl) {
	fn, ok := p.info.Defs[d.Name].(*types.Func)
	if !ok || d.Body == nil {
		return
	}
	n := &node{decl: d, fn: fn, pkg: fn.Pkg(), sig: fn.Signature(), body: d.Body}
	p.nodes = append(p.nodes, n)
	p.funcs[fn] = n
	if d.Recv != nil {
		p.methods[fn.Name()] = append(p.methods[fn.Name()], n)
	}
	p.declareLits(n)
}

func (p *program) declareLits(outer *node) {
	inspect(outer.body, func(x ast.Node) bool {
		lit, ok := x.(*ast.FuncLit)
		if !ok {
			return true
		}
		sig, _ := p.info.TypeOf(lit).(*types.Signature)
		n := &node{lit: lit, pkg: outer.pkg, sig: sig, body: lit.Body, outer: outer}
		p.nodes = append(p.nodes, n)
		p.lits[lit] = n
		p.declareLits(n)
		return false
	})
}

// assignments notes which functions a variable may hold.
func (p *program) assignments(n *node) {
	inspect(n.body, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.AssignStmt:
			if len(x.Lhs) == len(x.Rhs) {
				for i := range x.Lhs {
					p.hold(p.variable(x.Lhs[i]), x.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i := range min(len(x.Names), len(x.Values)) {
				p.hold(p.info.Defs[x.Names[i]], x.Values[i])
			}
		case *ast.KeyValueExpr:
			if id, ok := x.Key.(*ast.Ident); ok {
				p.hold(p.info.Uses[id], x.Value)
			}
		}
		return true
	})
}

func (p *program) hold(v types.Object, value ast.Expr) {
	if _, ok := v.(*types.Var); !ok {
		return
	}
	p.holds[v] = append(p.holds[v], p.functions(value)...)
}

// variable is the variable or field that an expression names, nil for others.
func (p *program) variable(e ast.Expr) types.Object {
	var id *ast.Ident
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	case *ast.StarExpr:
		return p.variable(e.X)
	default:
		return nil
	}
	v, ok := p.info.ObjectOf(id).(*types.Var)
	if !ok {
		return nil
	}
	return v.Origin()
}

// functions are those that an expression may stand for, as far as they are the
// plugin's own.
func (p *program) functions(e ast.Expr) []*node {
	switch x := unwrap(e).(type) {
	case *ast.FuncLit:
		return []*node{p.lits[x]}
	case *ast.CallExpr:
		if p.info.Types[x.Fun].IsType() && len(x.Args) == 1 { // a conversion
			return p.functions(x.Args[0])
		}
		return nil
	}
	if f := p.funcOf(e); f != nil {
		return p.bodies(f)
	}
	if v := p.variable(e); v != nil {
		return p.holds[v]
	}
	return nil
}

// bodies are the functions that run where f is called: f itself, or for a
// method of an interface those of the plugin's types that have it.
func (p *program) bodies(f *types.Func) []*node {
	if n := p.funcs[f]; n != nil {
		return []*node{n}
	}
	r := f.Signature().Recv()
	if r == nil || !types.IsInterface(r.Type()) {
		return nil
	}
	var found []*node
	for _, m := range p.methods[f.Name()] {
		if implements(m, r.Type().Underlying().(*types.Interface)) {
			found = append(found, m)
		}
	}
	return found
}

// implements says whether the type that a method belongs to, or a pointer to
// it, has all methods of an interface. A generic type is taken for one by the
// methods' names.
func implements(m *node, i *types.Interface) bool {
	t := namedOf(m.fn.Signature().Recv().Type())
	if t == nil {
		return false
	}
	ptr := types.NewPointer(t)
	if t.TypeParams().Len() == 0 {
		return types.Implements(ptr, i)
	}
	set := types.NewMethodSet(ptr)
	for j := range i.NumMethods() {
		if set.Lookup(m.fn.Pkg(), i.Method(j).Name()) == nil {
			return false
		}
	}
	return true
}

// connect adds the edges of a function: what it calls, starts, or hands on.
func (p *program) connect(n *node) {
	done := map[ast.Expr]bool{} // of which the use is known
	inspect(n.body, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.GoStmt:
			p.connectCall(n, x.Call, true, done)
		case *ast.CallExpr:
			p.connectCall(n, x, false, done)
		case *ast.AssignStmt:
			for i := range x.Rhs {
				if len(x.Lhs) == len(x.Rhs) && p.isLocal(x.Lhs[i]) && len(p.functions(x.Rhs[i])) > 0 {
					done[x.Rhs[i]] = true
				}
			}
		case *ast.SelectorExpr:
			if !done[x] {
				n.call(p.functions(x), false)
			}
			done[x.Sel] = true
		case *ast.Ident:
			if !done[x] {
				n.call(p.functions(x), false)
			}
		case *ast.FuncLit:
			if !done[x] {
				n.call(p.functions(x), false)
			}
		}
		return true
	})
}

// isLocal says whether a function that is assigned here runs only where the
// variable is used.
func (p *program) isLocal(e ast.Expr) bool {
	v, ok := p.variable(e).(*types.Var)
	return ok && !v.IsField() && v.Parent() != nil && v.Pkg() != nil && v.Parent() != v.Pkg().Scope()
}

func (p *program) connectCall(n *node, call *ast.CallExpr, async bool, done map[ast.Expr]bool) {
	if done[call] {
		return
	}
	done[call] = true
	done[call.Fun], done[unwrap(call.Fun)] = true, true
	n.call(p.functions(call.Fun), async)
	f := p.callee(call)
	for _, arg := range call.Args {
		to := p.functions(arg)
		if len(to) == 0 {
			continue
		}
		done[arg] = true
		switch {
		case sdkFunc(f) && !slices.Contains(inPlace, nameOf(f)):
			for _, t := range to {
				t.modes |= rootMode(nameOf(f))
				t.answer = t.answer || isCallout(f)
			}
		default:
			n.call(to, async || startsGoroutine(f))
		}
	}
}

// startsGoroutine says whether a function runs those that it is given later.
func startsGoroutine(f *types.Func) bool {
	name := nameOf(f)
	return name == "time.AfterFunc" || name == "context.AfterFunc" ||
		f != nil && (f.Name() == "Go" || f.Name() == "TryGo") && f.Signature().Recv() != nil
}

func (n *node) call(to []*node, async bool) {
	for _, t := range to {
		e := edge{t, async}
		if !slices.Contains(n.edges, e) {
			n.edges = append(n.edges, e)
		}
	}
}

// roots finds the functions that the gateway runs, and what these run.
func (p *program) roots() {
	for _, n := range p.nodes {
		switch {
		case n.vars, n.decl != nil && n.decl.Recv == nil && n.decl.Name.Name == "init":
			n.modes |= start
		case n.decl != nil && exported(n.decl):
			n.modes |= callback
		case n.decl != nil && n.decl.Recv != nil:
			n.modes |= p.interfaceMode(n)
		}
	}
	todo := slices.Clone(p.nodes)
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, e := range n.edges {
			add := n.modes
			if e.goroutine && add != 0 {
				add = goroutine
			}
			if e.to.modes|add != e.to.modes {
				e.to.modes |= add
				todo = append(todo, e.to)
			}
		}
	}
}

// exported says whether the gateway calls a function by its name.
func exported(d *ast.FuncDecl) bool {
	if d.Doc == nil {
		return false
	}
	return slices.ContainsFunc(d.Doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:wasmexport ")
	})
}

// interfaceMode says how a method runs that the SDK calls through one of its
// interfaces.
func (p *program) interfaceMode(n *node) mode {
	var m mode
	for _, t := range p.interfaces {
		i := t.Type().Underlying().(*types.Interface)
		for j := range i.NumMethods() {
			if i.Method(j).Name() == n.fn.Name() && implements(n, i) {
				m |= methodMode(t.Pkg().Path(), n.fn.Name())
				break
			}
		}
	}
	return m
}
