package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// sends says whether a call sends a callout and returns the error of that: a
// function of the SDK, or one of the plugin's around it.
func (p *program) sends(call *ast.CallExpr) bool {
	f := p.callee(call)
	if isCallout(f) {
		return true
	}
	n := p.funcs[f]
	return n != nil && returnsError(n.sig) && p.makesCallout(n)
}

func (p *program) makesCallout(n *node) bool {
	found := false
	inspect(n.body, func(x ast.Node) bool {
		if call, ok := x.(*ast.CallExpr); ok && isCallout(p.callee(call)) {
			found = true
		}
		return !found
	})
	return found
}

// checkDropped finds statements that send a call and drop its error, in
// functions that return a pause after them, and in callbacks of other calls
// where the call is the last that could settle the request.
func checkDropped(p *program) {
	for _, n := range p.nodes {
		if n.modes&callback == 0 {
			continue
		}
		inspect(n.body, func(x ast.Node) bool {
			switch call := p.droppedCall(x); {
			case call == nil:
			case p.pausesAfter(n, call.End()):
				p.found(call.Pos(), types.ExprString(call.Fun)+": its error is dropped and the request paused")
			case n.answer && slices.ContainsFunc(p.answers(call), p.maySettle) && !p.settlesBeside(n, call):
				p.found(call.Pos(), types.ExprString(call.Fun)+": its error is dropped and the request stays paused")
			}
			return true
		})
	}
}

// droppedCall is the callout of a statement that ignores the error.
func (p *program) droppedCall(x ast.Node) *ast.CallExpr {
	var e ast.Expr
	switch s := x.(type) {
	case *ast.ExprStmt:
		e = s.X
	case *ast.AssignStmt:
		if id, ok := s.Lhs[len(s.Lhs)-1].(*ast.Ident); ok && id.Name == "_" && len(s.Rhs) == 1 {
			e = s.Rhs[0]
		}
	}
	if e == nil {
		return nil
	}
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && p.sends(call) {
		return call
	}
	return nil
}

// settlesBeside says whether a function may settle the request elsewhere: in a
// deferred call, or behind this one.
func (p *program) settlesBeside(n *node, call *ast.CallExpr) bool {
	found := false
	inspect(n.body, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.DeferStmt:
			found = found || p.effect(x.Call) == settled
		case *ast.CallExpr:
			found = found || x.Pos() > call.End() && p.effect(x) == settled
		}
		return !found
	})
	return found
}

// pausesAfter says whether a function returns a pause behind a position.
func (p *program) pausesAfter(n *node, at token.Pos) bool {
	found := false
	inspect(n.body, func(x ast.Node) bool {
		if r, ok := x.(*ast.ReturnStmt); ok && r.Pos() > at && p.pauses(r) {
			found = true
		}
		return !found
	})
	return found
}

// checkPause finds "if err != nil" after a callout that returns a pause and has
// neither answered nor resumed.
func checkPause(p *program) {
	for _, n := range p.nodes {
		if n.modes&callback == 0 {
			continue
		}
		sent := map[types.Object]bool{} // variables with the error of a callout
		inspect(n.body, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.AssignStmt:
				p.noteError(x, sent)
			case *ast.IfStmt:
				if init, ok := x.Init.(*ast.AssignStmt); ok {
					p.noteError(init, sent)
				}
				if p.tests(x.Cond, sent) {
					w := &paths{p: p, leaves: p.pauses}
					w.stmt(x.Body, open)
					for _, at := range w.found {
						p.found(at, "a pause after a call that could not be sent")
					}
				}
			}
			return true
		})
	}
}

// noteError keeps the variable that gets a callout's error.
func (p *program) noteError(a *ast.AssignStmt, sent map[types.Object]bool) {
	id, ok := a.Lhs[len(a.Lhs)-1].(*ast.Ident)
	if !ok || len(a.Rhs) != 1 {
		return
	}
	call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
	sent[p.info.ObjectOf(id)] = ok && p.sends(call)
}

// tests says whether a condition is "err != nil" for one of the variables.
func (p *program) tests(cond ast.Expr, sent map[types.Object]bool) bool {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok || b.Op != token.NEQ || !p.info.Types[b.Y].IsNil() {
		return false
	}
	id, ok := ast.Unparen(b.X).(*ast.Ident)
	return ok && sent[p.info.ObjectOf(id)]
}

// checkLost finds ways through a callout's callback that leave the request
// paused. It looks at callouts of functions that return a pause. Callbacks that
// never settle beside others that do are left out: their answer is not waited
// for. So are those that never settle in functions that such a function calls.
func checkLost(p *program) {
	helpers := p.pausedBy()
	for _, n := range p.nodes {
		direct := p.pausesAfter(n, n.body.Pos())
		if n.modes&callback == 0 || !direct && !helpers[n] || p.resumedElsewhere(n) {
			continue
		}
		var lost []*paths
		others := !direct
		inspect(n.body, func(x ast.Node) bool {
			call, ok := x.(*ast.CallExpr)
			if !ok || !isCallout(p.callee(call)) {
				return true
			}
			for _, answer := range p.answers(call) {
				w := p.lostPaths(answer)
				others = others || w.settles
				if len(w.found) > 0 {
					lost = append(lost, w)
				}
			}
			return true
		})
		for _, w := range lost {
			if !w.settles && others {
				continue
			}
			for _, at := range w.found {
				p.found(at, "the callback ends here without resuming or answering the request")
			}
		}
	}
}

// pausedBy are the functions that run while a request is paused, or before its
// callback pauses it: those that a function calls which returns a pause, and
// the callbacks of their callouts.
func (p *program) pausedBy() map[*node]bool {
	found := map[*node]bool{}
	var todo []*node
	for _, n := range p.nodes {
		if n.modes&callback != 0 && p.pausesAfter(n, n.body.Pos()) {
			todo = append(todo, n)
		}
	}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		next := n.answersOf(p)
		for _, e := range n.edges {
			if !e.goroutine {
				next = append(next, e.to)
			}
		}
		for _, to := range next {
			if !found[to] {
				found[to] = true
				todo = append(todo, to)
			}
		}
	}
	return found
}

// answersOf are the callbacks of the callouts that a function makes.
func (n *node) answersOf(p *program) []*node {
	var found []*node
	inspect(n.body, func(x ast.Node) bool {
		if call, ok := x.(*ast.CallExpr); ok && isCallout(p.callee(call)) {
			found = append(found, p.answers(call)...)
		}
		return true
	})
	return found
}

// resumedElsewhere says whether a function says that something else than the
// answers to its calls resumes the request, or its package acts on streams from
// other callbacks.
func (p *program) resumedElsewhere(n *node) bool {
	found := false
	p.eachCall(func(by *node, _ *ast.CallExpr, f *types.Func) {
		switch nameOf(f) {
		case "proxywasm.ResumedElsewhere":
			found = found || by == n
		case "proxywasm.SetEffectiveContext":
			found = found || by.pkg == n.pkg
		}
	})
	return found
}

// answers are the callbacks that a callout gets, as far as they are known.
func (p *program) answers(call *ast.CallExpr) []*node {
	var found []*node
	for _, arg := range call.Args {
		found = append(found, p.functions(arg)...)
	}
	return slices.DeleteFunc(found, func(n *node) bool { return !n.answer })
}

func (p *program) lostPaths(n *node) *paths {
	w := &paths{p: p, leaves: func(*ast.ReturnStmt) bool { return true }}
	if end := w.list(n.body.List, open); end&open != 0 && !w.always {
		w.found = append(w.found, n.body.Rbrace)
	}
	if w.always {
		w.found = nil
	}
	return w
}
