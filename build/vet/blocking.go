package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// checkBlocking finds waits on the gateway's thread that nobody ends. A wait is
// fine if a goroutine of the plugin ends it, or a buffer, or code that was not
// read may do so.
func checkBlocking(p *program) {
	c := newChannels(p)
	for _, n := range p.nodes {
		if n.modes&onThread == 0 {
			continue
		}
		inspect(n.body, func(x ast.Node) bool {
			return c.checkWait(n, x)
		})
	}
}

func (c *channels) checkWait(n *node, x ast.Node) bool {
	switch x := x.(type) {
	case *ast.SelectStmt:
		c.checkSelect(n, x)
		return false
	case *ast.SendStmt:
		c.report(n, x.Arrow, "send to "+types.ExprString(x.Chan), c.send(n, c.of(x.Chan)))
	case *ast.UnaryExpr:
		if x.Op == token.ARROW {
			c.report(n, x.Pos(), "receive from "+types.ExprString(x.X), c.receive(c.of(x.X)))
		}
	case *ast.RangeStmt:
		if isChan(c.p.info.TypeOf(x.X)) {
			c.report(n, x.Pos(), "range over "+types.ExprString(x.X), c.receive(c.of(x.X)))
		}
	case *ast.CallExpr:
		s, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
		if !ok {
			return true
		}
		switch f := c.p.callee(x); nameOf(f) {
		case "sync.WaitGroup.Wait":
			if k := c.of(s.X); k != nil && len(k.ops) > 0 { // else nothing was added, or it is done elsewhere
				c.report(n, x.Pos(), types.ExprString(s.X)+".Wait", k.ended(opRelease))
			}
		case "sync.Cond.Wait":
			c.report(n, x.Pos(), types.ExprString(s.X)+".Wait", c.receive(c.of(s.X)))
		}
	}
	return true
}

// checkSelect: a select is a wait if it has no default, and none of its cases
// can be ended. The code of its cases is looked at as any other.
func (c *channels) checkSelect(n *node, s *ast.SelectStmt) {
	worst, blocked := ends, true
	for _, clause := range s.Body.List {
		cc := clause.(*ast.CommClause)
		switch w := c.caseFate(n, cc.Comm); {
		case w == ends:
			blocked = false
		default:
			worst = max(worst, w)
		}
		for _, stmt := range cc.Body {
			inspect(stmt, func(x ast.Node) bool { return c.checkWait(n, x) })
		}
	}
	if blocked {
		if len(s.Body.List) == 0 {
			worst = nobody
		}
		c.report(n, s.Pos(), "select without default", worst)
	}
}

func (c *channels) caseFate(n *node, comm ast.Stmt) fate {
	switch s := comm.(type) {
	case *ast.SendStmt:
		return c.send(n, c.of(s.Chan))
	case *ast.ExprStmt:
		if u, ok := ast.Unparen(s.X).(*ast.UnaryExpr); ok {
			return c.receive(c.of(u.X))
		}
	case *ast.AssignStmt:
		if u, ok := ast.Unparen(s.Rhs[0]).(*ast.UnaryExpr); ok {
			return c.receive(c.of(u.X))
		}
	}
	return ends // default
}

// fate is how a wait goes on.
type fate int

const (
	ends    fate = iota // or it is not known
	nobody              // nothing ends it
	tooLate             // only the callback of a callout would
)

// send is the fate of a send. In a callout's callback it is not reported where
// the receive is, which waits for it too early.
func (c *channels) send(n *node, k *class) fate {
	if k == nil || k.buffer || k.escaped || !k.made || n.inAnswer() && len(k.ops) > 1 {
		return ends
	}
	return k.ended(opReceive)
}

func (c *channels) receive(k *class) fate {
	if k == nil || k.escaped || k.timer {
		return ends
	}
	return k.ended(opSend, opRelease)
}

// ended says whether operations of these kinds end a wait on the thread: those
// in goroutines, and those that came before. A channel without a buffer takes
// no value before somebody receives it.
func (c *class) ended(kinds ...opKind) fate {
	if c.escaped {
		return ends
	}
	f := nobody
	for _, o := range c.ops {
		switch {
		case !slices.Contains(kinds, o.kind):
		case o.node.modes&goroutine != 0 && !o.node.inAnswer():
			return ends
		case o.node.inAnswer():
			f = tooLate
		case o.kind == opSend && c.buffer, o.kind == opRelease:
			return ends
		}
	}
	return f
}

// inAnswer says whether a function runs in the callback of a callout.
func (n *node) inAnswer() bool {
	for ; n != nil; n = n.outer {
		if n.answer {
			return true
		}
	}
	return false
}

func (c *channels) report(n *node, at token.Pos, what string, f fate) {
	switch f {
	case nobody:
		c.p.found(at, what+" "+n.when()+", which nobody ends")
	case tooLate:
		c.p.found(at, what+" "+n.when()+": the call's callback, which would end it, runs only after this function has returned")
	}
}
