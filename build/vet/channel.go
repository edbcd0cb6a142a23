package vet

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// class are all variables that may hold the same channel, WaitGroup or Cond.
type class struct {
	parent  *class // of a union; nil for the class itself
	ops     []op   // what ends a wait: sends, closes, receives, Done, Signal
	buffer  bool   // it may have a buffer
	made    bool   // it is made in the plugin
	escaped bool   // code that was not read has it, too
	timer   bool   // the time package writes to it
}

// op is one operation that ends another's wait.
type op struct {
	kind opKind
	node *node
}

type opKind int

const (
	opSend opKind = iota
	opReceive
	opRelease // close, Done, Signal, Broadcast
)

func (c *class) root() *class {
	for c.parent != nil {
		c = c.parent
	}
	return c
}

// channels are the classes of a program.
type channels struct {
	p       *program
	classes map[types.Object]*class
}

func newChannels(p *program) *channels {
	c := &channels{p: p, classes: map[types.Object]*class{}}
	for _, n := range p.nodes {
		inspect(n.body, func(x ast.Node) bool {
			c.visit(n, x)
			return true
		})
	}
	return c
}

// of is the class of what an expression holds, nil where that is not known.
func (c *channels) of(e ast.Expr) *class {
	switch x := ast.Unparen(e).(type) {
	case *ast.StarExpr:
		return c.of(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return c.of(x.X)
		}
		return nil
	case *ast.IndexExpr:
		return c.of(x.X)
	case *ast.CallExpr:
		return c.result(x)
	case *ast.SelectorExpr:
		v := c.p.variable(x)
		if v != nil && v.Pkg() != nil && v.Pkg().Path() == "time" {
			return &class{timer: true}
		}
		return c.variable(v)
	default:
		return c.variable(c.p.variable(e))
	}
}

func (c *channels) variable(v types.Object) *class {
	if v == nil || !waitable(v.Type()) {
		return nil
	}
	if c.classes[v] == nil {
		c.classes[v] = &class{}
	}
	return c.classes[v].root()
}

// waitable says whether values of a type have something to wait for, or hold
// such values.
func waitable(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return waitable(t.Elem())
	case *types.Named:
		if o := t.Obj(); o.Pkg() != nil && o.Pkg().Path() == "sync" && (o.Name() == "WaitGroup" || o.Name() == "Cond") {
			return true
		}
	}
	switch t := t.Underlying().(type) {
	case *types.Chan:
		return true
	case *types.Slice:
		return waitable(t.Elem())
	case *types.Array:
		return waitable(t.Elem())
	case *types.Map:
		return waitable(t.Elem())
	}
	return false
}

// result is the class of what a call returns.
func (c *channels) result(call *ast.CallExpr) *class {
	if c.p.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		return c.of(call.Args[0])
	}
	f := c.p.callee(call)
	if n := c.p.funcs[f]; n != nil && n.sig.Results().Len() > 0 {
		return c.variable(n.sig.Results().At(0))
	}
	switch name := nameOf(f); {
	case strings.HasSuffix(name, "context.Context.Done"):
		return &class{made: true} // nothing in the VM closes it while a callback runs
	case name == "sync.NewCond":
		return &class{made: true}
	case strings.HasPrefix(name, "time."):
		return &class{timer: true}
	case c.builtin(call) == "make":
		return &class{made: true, buffer: c.buffered(call)}
	case c.builtin(call) == "append" && len(call.Args) > 0:
		return c.of(call.Args[0])
	}
	return nil
}

func (c *channels) builtin(call *ast.CallExpr) string {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := c.p.info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

// join makes two classes one.
func (c *channels) join(a, b *class) {
	if a == nil || b == nil || a.root() == b.root() {
		return
	}
	a, b = a.root(), b.root()
	a.ops = append(a.ops, b.ops...)
	a.buffer, a.made = a.buffer || b.buffer, a.made || b.made
	a.escaped, a.timer = a.escaped || b.escaped, a.timer || b.timer
	b.parent = a
}

// visit notes what one piece of code does to the classes.
func (c *channels) visit(n *node, x ast.Node) {
	switch x := x.(type) {
	case *ast.AssignStmt:
		for i := range x.Lhs {
			switch {
			case len(x.Lhs) == len(x.Rhs):
				c.assign(c.of(x.Lhs[i]), x.Rhs[i])
			case len(x.Rhs) == 1:
				c.spread(c.of(x.Lhs[i]), x.Rhs[0], i)
			}
		}
	case *ast.ValueSpec:
		for i := range min(len(x.Names), len(x.Values)) {
			c.assign(c.of(x.Names[i]), x.Values[i])
		}
		if len(x.Values) == 0 && x.Type != nil {
			for _, name := range x.Names {
				c.declared(c.of(name))
			}
		}
	case *ast.KeyValueExpr:
		if id, ok := x.Key.(*ast.Ident); ok {
			c.assign(c.of(id), x.Value)
		}
	case *ast.RangeStmt:
		if x.Value != nil {
			c.join(c.of(x.Value), c.of(x.X))
		}
		if isChan(c.p.info.TypeOf(x.X)) {
			c.add(x.X, opReceive, n)
		}
	case *ast.ReturnStmt:
		for i := range x.Results {
			if len(x.Results) == n.sig.Results().Len() {
				c.join(c.variable(n.sig.Results().At(i)), c.of(x.Results[i]))
			}
		}
	case *ast.SendStmt:
		c.add(x.Chan, opSend, n)
	case *ast.UnaryExpr:
		if x.Op == token.ARROW {
			c.add(x.X, opReceive, n)
		}
	case *ast.CallExpr:
		c.call(n, x)
	}
}

// declared marks a WaitGroup or Cond that is ready when it is declared.
func (c *channels) declared(k *class) {
	if k != nil {
		k.made = true
	}
}

// spread takes one of several results of a call.
func (c *channels) spread(k *class, e ast.Expr, i int) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || k == nil {
		return
	}
	if n := c.p.funcs[c.p.callee(call)]; n != nil && i < n.sig.Results().Len() {
		c.join(k, c.variable(n.sig.Results().At(i)))
		return
	}
	k.root().escaped = true
}

// assign gives a value to a class.
func (c *channels) assign(k *class, value ast.Expr) {
	if k == nil {
		return
	}
	if v := c.of(value); v != nil {
		c.join(k, v)
	} else if _, lit := ast.Unparen(value).(*ast.CompositeLit); !lit && !c.p.info.Types[value].IsNil() {
		k.root().escaped = true
	}
}

// buffered says whether a channel that is made has a buffer, or may have one.
func (c *channels) buffered(call *ast.CallExpr) bool {
	if len(call.Args) < 2 || !isChan(c.p.info.TypeOf(call.Args[0])) {
		return false
	}
	v := c.p.info.Types[call.Args[1]].Value
	if v == nil {
		return true
	}
	size, ok := constant.Int64Val(constant.ToInt(v))
	return !ok || size > 0
}

// call notes what a call does to its arguments and its receiver.
func (c *channels) call(n *node, call *ast.CallExpr) {
	switch c.builtin(call) {
	case "close":
		c.add(call.Args[0], opRelease, n)
		return
	case "append":
		for _, arg := range call.Args[1:] {
			c.join(c.of(call.Args[0]), c.of(arg))
		}
		return
	case "":
	default:
		return
	}
	f := c.p.callee(call)
	if s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		switch nameOf(f) {
		case "sync.WaitGroup.Done", "sync.Cond.Signal", "sync.Cond.Broadcast":
			c.add(s.X, opRelease, n)
		case "sync.WaitGroup.Go":
			for _, g := range c.p.functions(call.Args[0]) {
				c.add(s.X, opRelease, g)
			}
		}
	}
	bodies := c.p.functions(call.Fun)
	for i, arg := range call.Args {
		k := c.of(arg)
		if k == nil {
			continue
		}
		if len(bodies) == 0 {
			k.escaped = true
		}
		for _, b := range bodies {
			if j := min(i, b.sig.Params().Len()-1); j >= 0 {
				c.join(k, c.variable(b.sig.Params().At(j)))
			}
		}
	}
}

func (c *channels) add(e ast.Expr, kind opKind, n *node) {
	if k := c.of(e); k != nil {
		k.ops = append(k.ops, op{kind, n})
	}
}

func isChan(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Chan)
	return ok
}
