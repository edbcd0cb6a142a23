package vet

import (
	"go/ast"
	"go/token"
	"go/types"
)

// outcome says how the end of some code can be reached; a set. Empty: not at
// all.
type outcome uint8

const (
	open    outcome = 1 << iota // nothing on the way has settled the request
	settled                     // it was resumed or answered, or a call was sent
)

// paths follows a function's statements for ways that leave a paused request
// as it is.
type paths struct {
	p       *program
	leaves  func(*ast.ReturnStmt) bool // whether a return on such a way counts
	found   []token.Pos
	settles bool // some way settles it
	always  bool // a deferred call does
}

// list follows statements one after the other.
func (w *paths) list(stmts []ast.Stmt, in outcome) outcome {
	for _, s := range stmts {
		in = w.stmt(s, in)
	}
	return in
}

func (w *paths) stmt(s ast.Stmt, in outcome) outcome {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		in = w.exprs(s, in)
		if in&open != 0 && !w.always && w.leaves(s) {
			w.found = append(w.found, s.Pos())
		}
		return 0
	case *ast.BlockStmt:
		return w.list(s.List, in)
	case *ast.LabeledStmt:
		return w.stmt(s.Stmt, in)
	case *ast.IfStmt:
		return w.branch(s, in)
	case *ast.ForStmt:
		in = w.exprs(s.Init, in)
		in = w.exprs(s.Cond, in)
		return in | w.stmt(s.Body, in)
	case *ast.RangeStmt:
		in = w.exprs(s.X, in)
		return in | w.stmt(s.Body, in)
	case *ast.SwitchStmt:
		in = w.exprs(s.Tag, w.exprs(s.Init, in))
		return w.clauses(s.Body, in, s.Tag != nil)
	case *ast.TypeSwitchStmt:
		return w.clauses(s.Body, w.exprs(s.Assign, in), false)
	case *ast.SelectStmt:
		return w.clauses(s.Body, in, false)
	case *ast.DeferStmt:
		if w.exprs(s.Call, open) == settled {
			w.always, w.settles = true, true
		}
		return in
	case *ast.GoStmt:
		return in
	default:
		return w.exprs(s, in)
	}
}

func (w *paths) branch(s *ast.IfStmt, in outcome) outcome {
	in = w.exprs(s.Cond, w.exprs(s.Init, in))
	out := w.stmt(s.Body, in)
	if s.Else == nil {
		return out | in
	}
	return out | w.stmt(s.Else, in)
}

// clauses follows the cases of a switch or a select. Where all cases of a
// switch over values settle, they are taken for all values that there are.
func (w *paths) clauses(body *ast.BlockStmt, in outcome, values bool) outcome {
	var out, through outcome
	complete := false
	for _, c := range body.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			complete = complete || c.List == nil
			end := w.list(c.Body, in|through)
			if through = 0; falls(c.Body) {
				through, end = end, 0
			}
			out |= end
		case *ast.CommClause:
			complete = true
			out |= w.list(c.Body, in)
		}
	}
	exhaustive := values && out&open == 0 && len(body.List) > 1
	if !complete && !exhaustive {
		out |= in
	}
	return out
}

// falls says whether a case ends with fallthrough.
func falls(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	b, ok := body[len(body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// exprs looks for calls in code without branches.
func (w *paths) exprs(x ast.Node, in outcome) outcome {
	if x == nil {
		return in
	}
	inspect(x, func(x ast.Node) bool {
		call, ok := x.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch w.p.effect(call) {
		case settled:
			w.settles = true
			if in != 0 {
				in = settled
			}
		case 0:
			in = 0
		}
		return true
	})
	return in
}

// effect is what a call does to a paused request: settled, open for nothing,
// 0 where it doesn't return. A function that is only known when the plugin runs
// may settle it.
func (p *program) effect(call *ast.CallExpr) outcome {
	if p.info.Types[call.Fun].IsType() {
		return open
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := p.info.Uses[id].(*types.Builtin); ok {
			if b.Name() == "panic" {
				return 0
			}
			return open
		}
	}
	f := p.callee(call)
	if settles(f) {
		return settled
	}
	for _, n := range p.functions(call.Fun) {
		if p.maySettle(n) {
			return settled
		}
	}
	if f == nil && len(p.functions(call.Fun)) == 0 {
		return settled
	}
	for _, arg := range call.Args { // what another module's function runs
		for _, n := range p.functions(arg) {
			if !sdkFunc(f) && p.maySettle(n) {
				return settled
			}
		}
	}
	return open
}

// maySettle says whether some way through a function settles the request.
func (p *program) maySettle(n *node) bool {
	if known, ok := p.settled[n]; ok {
		return known
	}
	p.settled[n] = false // for recursion
	found := false
	inspect(n.body, func(x ast.Node) bool {
		if call, ok := x.(*ast.CallExpr); ok && !found {
			found = p.effect(call) == settled
		}
		return !found
	})
	p.settled[n] = found
	return found
}

// pauses says whether a return statement gives back an action that holds a
// stream back until something resumes it.
func (p *program) pauses(r *ast.ReturnStmt) bool {
	for _, e := range r.Results {
		if p.isPause(e) {
			return true
		}
	}
	return false
}

func (p *program) isPause(e ast.Expr) bool {
	var id *ast.Ident
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	default:
		return false
	}
	c, ok := p.info.Uses[id].(*types.Const)
	if !ok || c.Pkg() == nil || !isSDK(c.Pkg().Path()) {
		return false
	}
	switch c.Name() {
	case "ActionPause", "HeaderStopAllIterationAndBuffer", "HeaderStopAllIterationAndWatermark",
		"DataStopIterationAndBuffer", "DataStopIterationAndWatermark", "DataStopIterationNoBuffer":
		return true
	}
	return false
}
