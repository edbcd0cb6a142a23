package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
)

// checkLock finds locks that are held, in the order of the source, while a
// straight-line call waits.
func checkLock(p *program) {
	for _, n := range p.nodes {
		if n.modes&straight == 0 {
			continue
		}
		var locks []lockEvent
		deferred := map[ast.Node]bool{}
		inspect(n.body, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.DeferStmt:
				deferred[x.Call] = true
			case *ast.GoStmt:
				return false
			case *ast.CallExpr:
				if e, ok := p.lockEvent(x); ok && (e.kind != unlocks || !deferred[x]) {
					locks = append(locks, e)
				}
			}
			return true
		})
		p.reportLocks(locks)
	}
}

type lockKind int

const (
	locks lockKind = iota
	unlocks
	parks
)

// lockEvent is a call that locks, unlocks or waits.
type lockEvent struct {
	kind lockKind
	what string // the lock, or the call that waits
	at   token.Pos
}

func (p *program) lockEvent(call *ast.CallExpr) (lockEvent, bool) {
	f := p.callee(call)
	s, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	switch nameOf(f) {
	case "sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.Locker.Lock":
		return lockEvent{locks, types.ExprString(s.X), call.Pos()}, true
	case "sync.Mutex.Unlock", "sync.RWMutex.Unlock", "sync.RWMutex.RUnlock", "sync.Locker.Unlock":
		return lockEvent{unlocks, types.ExprString(s.X), call.Pos()}, true
	}
	if isStraight(f) || slices.ContainsFunc(p.functions(call.Fun), p.mayWait) {
		return lockEvent{parks, types.ExprString(call.Fun), call.Pos()}, true
	}
	return lockEvent{}, false
}

func (p *program) reportLocks(events []lockEvent) {
	held := map[string]bool{}
	for _, e := range events {
		switch e.kind {
		case locks:
			held[e.what] = true
		case unlocks:
			delete(held, e.what)
		case parks:
			for lock := range held {
				p.found(e.at, e.what+" waits while "+lock+" is locked")
			}
		}
	}
}

// mayWait says whether a function makes a straight-line call, itself or
// through others.
func (p *program) mayWait(n *node) bool {
	if known, ok := p.waits[n]; ok {
		return known
	}
	p.waits[n] = false // for recursion
	found := false
	inspect(n.body, func(x ast.Node) bool {
		if call, ok := x.(*ast.CallExpr); ok && isStraight(p.callee(call)) {
			found = true
		}
		return !found
	})
	for _, e := range n.edges {
		found = found || !e.goroutine && p.mayWait(e.to)
	}
	p.waits[n] = found
	return found
}

// checkGoroutine finds host calls in goroutines, unless the function that
// started them waits for them: then they run in its callback.
func checkGoroutine(p *program) {
	p.eachCall(func(n *node, call *ast.CallExpr, f *types.Func) {
		if n.modes&goroutine == 0 || !hostCall(f) {
			return
		}
		switch {
		case isStraight(f):
			p.found(call.Pos(), short(f)+" in a goroutine", "only the handler itself can wait: the call returns call.ErrNoHandler")
		case n.modes == goroutine && !p.awaited(n.top()):
			p.found(call.Pos(), short(f)+" in a goroutine")
		}
	})
}

// hostCall says whether a function acts on the request that the gateway's
// callback is about. Logging does not.
func hostCall(f *types.Func) bool {
	if !sdkFunc(f) {
		return false
	}
	name := f.Name()
	switch path.Base(f.Pkg().Path()) {
	case "proxywasm":
		return f.Signature().Recv() == nil && !strings.HasPrefix(name, "Log") && !strings.HasPrefix(name, "Define")
	case "call":
		return isStraight(f)
	default:
		return isCallout(f)
	}
}

// awaited says whether a function waits for goroutines.
func (p *program) awaited(n *node) bool {
	found := false
	ast.Inspect(n.body, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.UnaryExpr:
			found = found || x.Op == token.ARROW
		case *ast.RangeStmt:
			found = found || isChan(p.info.TypeOf(x.X))
		case *ast.CallExpr:
			f := p.callee(x)
			found = found || f != nil && f.Name() == "Wait" && f.Signature().Recv() != nil
		}
		return !found
	})
	return found
}

func checkNoHandler(p *program) {
	p.eachCall(func(n *node, call *ast.CallExpr, f *types.Func) {
		if isStraight(f) && n.modes&onThread != 0 && n.modes&straight == 0 {
			p.found(call.Pos(), short(f)+" "+n.when())
		}
	})
}

func checkBackground(p *program) {
	p.eachCall(func(n *node, call *ast.CallExpr, f *types.Func) {
		if !isStraight(f) || n.modes == 0 || len(call.Args) == 0 {
			return
		}
		if name := p.rootContext(n, call.Args[0]); name != "" {
			p.found(call.Args[0].Pos(), short(f)+" with "+name)
		}
	})
}

// rootContext is the name of the function that made a context out of nothing,
// empty for other contexts. A variable counts if it is given nothing else.
func (p *program) rootContext(n *node, e ast.Expr) string {
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		switch f := p.callee(x); nameOf(f) {
		case "context.Background", "context.TODO":
			return short(f)
		case "context.WithTimeout", "context.WithDeadline", "context.WithCancel", "context.WithValue":
			return p.rootContext(n, x.Args[0])
		}
	case *ast.Ident:
		return p.assignedContext(n, p.info.Uses[x])
	}
	return ""
}

func (p *program) assignedContext(n *node, v types.Object) string {
	name, others := "", false
	ast.Inspect(n.top().body, func(x ast.Node) bool {
		a, ok := x.(*ast.AssignStmt)
		if !ok || v == nil || len(a.Rhs) == 0 {
			return true
		}
		for i, lhs := range a.Lhs {
			id, ok := lhs.(*ast.Ident)
			if !ok || p.info.ObjectOf(id) != v {
				continue
			}
			value := a.Rhs[min(i, len(a.Rhs)-1)]
			if call, ok := value.(*ast.CallExpr); ok && !p.mentions(call, v) {
				if from := p.rootContext(n, call); from != "" {
					name = from
					continue
				}
			}
			others = true
		}
		return true
	})
	if others {
		return ""
	}
	return name
}

// mentions says whether an expression names a variable.
func (p *program) mentions(e ast.Node, v types.Object) bool {
	found := false
	ast.Inspect(e, func(x ast.Node) bool {
		if id, ok := x.(*ast.Ident); ok && p.info.ObjectOf(id) == v {
			found = true
		}
		return !found
	})
	return found
}
