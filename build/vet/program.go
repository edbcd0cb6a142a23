package vet

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sluiceproxy/sluice/build"
)

// mode says in which ways a function is run; a set.
type mode uint8

const (
	callback  mode = 1 << iota // by a callback of the gateway, which can't wait
	straight                   // by a straight-line handler
	start                      // while the plugin starts: init, its configuration
	goroutine                  // by a goroutine that the plugin has started
)

// onThread are the modes in which a wait stops the VM.
const onThread = callback | straight | start

// node is a function: one that is declared, or a literal.
type node struct {
	decl  *ast.FuncDecl // nil for a literal
	lit   *ast.FuncLit
	fn    *types.Func // nil for a literal
	pkg   *types.Package
	sig   *types.Signature
	body  *ast.BlockStmt
	outer *node // of a literal
	edges []edge
	modes mode
	// answer is true for the callback of a callout: it runs after the callback
	// that made the call.
	answer bool
	// vars is true for the values of package variables.
	vars bool
}

type edge struct {
	to        *node
	goroutine bool
}

// top is the declared function that holds a literal.
func (n *node) top() *node {
	for n.outer != nil {
		n = n.outer
	}
	return n
}

// program is all source that was read.
type program struct {
	fset     *token.FileSet
	info     *types.Info
	packages []*source
	plugins  []string
	sdk      []string
	target   build.Target

	nodes      []*node
	funcs      map[*types.Func]*node
	lits       map[*ast.FuncLit]*node
	holds      map[types.Object][]*node // functions that a variable may hold
	interfaces []*types.TypeName        // of the SDK
	methods    map[string][]*node       // of the plugin's types, by name
	waits      map[*node]bool           // memory of mayWait
	settled    map[*node]bool           // memory of maySettle

	rule     Rule
	findings []Finding
}

func newProgram(fset *token.FileSet) *program {
	return &program{
		fset: fset,
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{},
		},
		funcs: map[*types.Func]*node{}, lits: map[*ast.FuncLit]*node{}, holds: map[types.Object][]*node{},
		methods: map[string][]*node{}, waits: map[*node]bool{}, settled: map[*node]bool{},
	}
}

// addInterfaces keeps the interfaces of a package of the SDK that a plugin may
// implement.
func (p *program) addInterfaces(pkg *types.Package) {
	for _, name := range pkg.Scope().Names() {
		t, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !t.Exported() {
			continue
		}
		if i, ok := t.Type().Underlying().(*types.Interface); ok && i.NumMethods() > 0 && i.IsMethodSet() {
			p.interfaces = append(p.interfaces, t)
		}
	}
}

// follow builds the graph of calls and finds out how each function is run.
func (p *program) follow() {
	p.declare()
	for _, n := range p.nodes {
		p.assignments(n)
	}
	for _, n := range p.nodes {
		p.connect(n)
	}
	p.roots()
}

// callee is the function that a call names, nil for one that is only known
// when it runs.
func (p *program) callee(call *ast.CallExpr) *types.Func {
	return p.funcOf(call.Fun)
}

func (p *program) funcOf(e ast.Expr) *types.Func {
	var id *ast.Ident
	switch e := unwrap(e).(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	case *ast.IndexExpr: // a generic function, if not an element
		return p.funcOf(e.X)
	default:
		return nil
	}
	f, _ := p.info.Uses[id].(*types.Func)
	if f != nil {
		f = f.Origin()
	}
	return f
}

// unwrap takes parentheses and type arguments off an expression.
func unwrap(e ast.Expr) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		default:
			return e
		}
	}
}

// inspect visits the code of a function without that of the literals in it.
// Returning false leaves out what is below.
func inspect(n ast.Node, visit func(ast.Node) bool) {
	ast.Inspect(n, func(x ast.Node) bool {
		if x == nil {
			return false
		}
		if !visit(x) {
			return false
		}
		_, lit := x.(*ast.FuncLit)
		return !lit
	})
}
