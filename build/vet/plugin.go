package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"

	"github.com/sluiceproxy/sluice/build"
)

// checkSetup looks at main packages, with the check that builds make.
func checkSetup(p *program) {
	for _, s := range p.packages {
		if s.Name != "main" {
			continue
		}
		if at, call := build.SetupInMain(s.Dir, s.GoFiles); call != "" {
			p.found(p.pos(at), call+" is called in main")
		}
	}
}

// pos is a position of another file set in this one.
func (p *program) pos(at token.Position) token.Pos {
	found := token.NoPos
	p.fset.Iterate(func(f *token.File) bool {
		if f.Name() == at.Filename {
			found = f.Pos(at.Offset)
		}
		return found == token.NoPos
	})
	return found
}

// checkShared finds package variables that are written while there are
// requests.
func checkShared(p *program) {
	for _, n := range p.nodes {
		if n.modes&(callback|straight|goroutine) == 0 {
			continue
		}
		inspect(n.body, func(x ast.Node) bool {
			switch s := x.(type) {
			case *ast.AssignStmt:
				for _, lhs := range s.Lhs {
					p.reportShared(n, lhs)
				}
			case *ast.IncDecStmt:
				p.reportShared(n, s.X)
			case *ast.CallExpr:
				if id, ok := ast.Unparen(s.Fun).(*ast.Ident); ok && id.Name == "delete" && len(s.Args) > 0 {
					p.reportShared(n, s.Args[0])
				}
			}
			return true
		})
	}
}

func (p *program) reportShared(n *node, e ast.Expr) {
	at := e.Pos()
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.IndexExpr:
			e = x.X
			continue
		case *ast.StarExpr:
			e = x.X
			continue
		case *ast.SelectorExpr:
			if v, ok := p.variable(x).(*types.Var); ok && v.IsField() {
				e = x.X
				continue
			}
		}
		break
	}
	if v, ok := p.variable(e).(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		p.found(at, "the package variable "+v.Name()+" is written "+n.when())
	}
}

// hostFunctions are the host functions behind functions of the SDK that not
// every gateway has.
func hostFunctions(f *types.Func) []string {
	if !sdkFunc(f) {
		return nil
	}
	switch path.Base(f.Pkg().Path()) + "." + f.Name() {
	case "proxywasm.RedisInit":
		return []string{"proxy_redis_init"}
	case "proxywasm.DispatchRedisCall":
		return []string{"proxy_redis_call"}
	case "proxywasm.InjectEncodedDataToFilterChain":
		return []string{"proxy_inject_encoded_data_to_filter_chain"}
	case "proxywasm.GetUpstreamHosts":
		return []string{"proxy_get_upstream_hosts"}
	case "proxywasm.SetUpstreamOverrideHost":
		return []string{"proxy_set_upstream_override_host"}
	}
	return nil
}

// checkTarget finds functions of the SDK that the target lacks. A module
// imports what its code names, whether it is ever called or not.
func checkTarget(p *program) {
	if p.target == build.Any {
		return
	}
	p.uses(func(_ *node, at ast.Expr, f *types.Func) {
		for _, host := range hostFunctions(f) {
			if p.target.Lacks(host) {
				p.found(at.Pos(), short(f)+" imports "+host+", which "+p.target.Title()+" lacks")
			}
		}
	})
}
