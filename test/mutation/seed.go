package main

import (
	"go/ast"
	"go/token"
	"strconv"
)

// seeder collects the faults of a file.
type seeder struct {
	set    *token.FileSet
	name   string
	source []byte
	faults []fault
}

func (s *seeder) offset(p token.Pos) int { return s.set.Position(p).Offset }

func (s *seeder) text(n ast.Node) string {
	return string(s.source[s.offset(n.Pos()):s.offset(n.End())])
}

// add has the fault in node n: text instead of what is between from and to.
func (s *seeder) add(n ast.Node, from, to token.Pos, text, what string) {
	s.faults = append(s.faults, fault{s.name, s.set.Position(from).Line, s.offset(from), s.offset(to), text, what, n})
}

// operators are the ones that people mistake for each other.
var operators = map[token.Token][]token.Token{
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LSS: {token.LEQ, token.GTR}, token.LEQ: {token.LSS, token.GTR},
	token.GTR: {token.GEQ, token.LSS}, token.GEQ: {token.GTR, token.LSS},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD},
	token.MUL: {token.QUO}, token.QUO: {token.MUL},
}

// node is for ast.Inspect.
func (s *seeder) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		for _, op := range operators[n.Op] {
			s.add(n, n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), op.String(), n.Op.String()+" became "+op.String())
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			s.add(n, n.Pos(), n.X.Pos(), "", "! is gone")
		}
	case *ast.IfStmt:
		s.condition(n)
	case *ast.Ident:
		s.boolean(n)
	case *ast.BasicLit:
		s.number(n)
	case *ast.ExprStmt:
		s.call(n)
	case *ast.BranchStmt:
		s.branch(n)
	case *ast.IncDecStmt:
		s.step(n)
	}
	return true
}

// condition negates what no operator does: a call or a variable alone.
func (s *seeder) condition(n *ast.IfStmt) {
	switch n.Cond.(type) {
	case *ast.CallExpr, *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		s.add(n.Cond, n.Cond.Pos(), n.Cond.End(), "!("+s.text(n.Cond)+")", "the condition is negated")
	}
}

func (s *seeder) boolean(n *ast.Ident) {
	switch n.Name {
	case "true":
		s.add(n, n.Pos(), n.End(), "false", "true became false")
	case "false":
		s.add(n, n.Pos(), n.End(), "true", "false became true")
	}
}

func (s *seeder) number(n *ast.BasicLit) {
	if n.Kind != token.INT {
		return
	}
	if v, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
		more := strconv.FormatInt(v+1, 10)
		s.add(n, n.Pos(), n.End(), more, n.Value+" became "+more)
	}
}

// call leaves out a call that is made for its effect.
func (s *seeder) call(n *ast.ExprStmt) {
	if _, ok := n.X.(*ast.CallExpr); ok {
		s.add(n, n.Pos(), n.End(), "_ = 0", s.text(n.X.(*ast.CallExpr).Fun)+" isn't called")
	}
}

func (s *seeder) branch(n *ast.BranchStmt) {
	if n.Label == nil && (n.Tok == token.BREAK || n.Tok == token.CONTINUE) {
		s.add(n, n.Pos(), n.End(), "_ = 0", n.Tok.String()+" is gone")
	}
}

func (s *seeder) step(n *ast.IncDecStmt) {
	other := map[token.Token]string{token.INC: "--", token.DEC: "++"}[n.Tok]
	s.add(n, n.TokPos, n.TokPos+2, other, n.Tok.String()+" became "+other)
}
