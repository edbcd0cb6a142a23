package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// switchVariable is the package's variable that chooses a fault; environment
// names the variable that sets it.
const (
	switchVariable = "sluiceFault"
	environment    = "SLUICE_FAULT"
)

// switchFile is the file that a package with switched faults has more.
func switchFile(name string) string {
	return fmt.Sprintf("package %s\n\nimport (\n\tfaultos \"os\"\n\tfaultconv \"strconv\"\n)\n\n"+
		"var %s, _ = faultconv.Atoi(faultos.Getenv(%q))\n", name, switchVariable, environment)
}

// span is a part of the written source that stands for faults.
type span struct {
	from, to int
	faults   []int
	whole    bool // the node, not one of its arms
}

// switcher writes a file with all its faults in it, each behind its number. Where
// one is chosen no other is, so that an arm is the node's own text with the
// fault.
type switcher struct {
	source []byte
	base   int // the offset of the file in its set
	faults map[int]fault
	info   *types.Info
	out    strings.Builder
	spans  []span
}

// file writes the whole file.
func (s *switcher) file() string {
	s.part(0, len(s.source), nil)
	return s.out.String()
}

// part writes the source between two offsets. Not the node itself, which the
// caller writes.
func (s *switcher) part(from, to int, not ast.Node) {
	for from < to {
		node, start, end := s.next(from, to, not)
		if node == nil {
			break
		}
		s.out.Write(s.source[from:start])
		s.node(node, start, end)
		from = end
	}
	s.out.Write(s.source[from:to])
}

// next finds the first and widest node with faults in a part.
func (s *switcher) next(from, to int, not ast.Node) (found ast.Node, start, end int) {
	for _, f := range s.faults {
		a, b := int(f.node.Pos())-s.base, int(f.node.End())-s.base
		if a < from || b > to || f.node == not {
			continue
		}
		if found == nil || a < start || a == start && b > end || a == start && b == end && isStatement(f.node) {
			found, start, end = f.node, a, b
		}
	}
	return found, start, end
}

func isStatement(n ast.Node) bool { _, ok := n.(ast.Stmt); return ok }

// node writes a node with its faults.
func (s *switcher) node(n ast.Node, start, end int) {
	var numbers []int
	for i, f := range s.faults {
		if f.node == n {
			numbers = append(numbers, i)
		}
	}
	from := s.out.Len()
	if b, ok := n.(*ast.BranchStmt); ok {
		fmt.Fprintf(&s.out, "if %s != %d { %s }", switchVariable, numbers[0], b.Tok)
	} else {
		s.closure(n, numbers, start, end)
	}
	s.spans = append(s.spans, span{from, s.out.Len(), numbers, true})
}

// closure is the node as a call of a function that looks at the number.
func (s *switcher) closure(n ast.Node, numbers []int, start, end int) {
	result, give := "", ""
	if e, ok := n.(ast.Expr); ok {
		result, give = s.typeOf(e)+" ", "return "
	}
	fmt.Fprintf(&s.out, "func() %s{ switch %s {\n", result, switchVariable)
	for _, i := range numbers {
		f := s.faults[i]
		from := s.out.Len()
		fmt.Fprintf(&s.out, "case %d: %s%s%s%s\n", i, give, s.source[start:f.start], f.text, s.source[f.end:end])
		s.spans = append(s.spans, span{from, s.out.Len(), []int{i}, false})
	}
	fmt.Fprintf(&s.out, "default: %s", give)
	s.part(start, end, n)
	s.out.WriteString("\n}")
	if give != "" {
		s.out.WriteString("; panic(0)")
	}
	s.out.WriteString(" }()")
}

// typeOf is an expression's type as the file names it.
func (s *switcher) typeOf(e ast.Expr) string {
	t, ok := s.info.Types[e]
	if !ok || t.Type == nil {
		return "bool"
	}
	return types.TypeString(types.Default(t.Type), func(p *types.Package) string {
		if p.Name() == "main" {
			return ""
		}
		return p.Name()
	})
}

// blame says which faults stand at an offset of what was written: an arm's, a
// node's, those of the first node behind it in its line, or those of the last
// node before.
func (s *switcher) blame(offset int) []int {
	end := s.out.Len()
	if i := strings.IndexByte(s.out.String()[offset:], '\n'); i >= 0 {
		end = offset + i
	}
	var in, behind, before *span
	for i := range s.spans {
		switch c := &s.spans[i]; {
		case c.from <= offset && offset < c.to:
			if in == nil || c.to-c.from < in.to-in.from {
				in = c
			}
		case c.whole && c.from > offset && c.from <= end && (behind == nil || c.from < behind.from):
			behind = c
		case c.whole && c.to <= offset && (before == nil || c.to > before.to):
			before = c
		}
	}
	for _, found := range []*span{in, behind, before} {
		if found != nil {
			return found.faults
		}
	}
	return nil
}
