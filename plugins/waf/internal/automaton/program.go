package automaton

import (
	"encoding/binary"
	"math"
	"regexp/syntax"
)

// inst is an instruction of a syntax.Prog, in less memory.
type inst struct {
	op       syntax.InstOp
	empty    syntax.EmptyOp // of InstEmptyWidth
	set      uint16         // of what takes a rune: its number in program.sets
	out, arg uint16
}

// program is a syntax.Prog whose runes are classes.
type program struct {
	classes *classes
	sets    []set
	insts   []inst
	start   uint16
}

// translate makes a program. It is not ok where one has more instructions or classes
// than there are numbers.
func translate(prog *syntax.Prog) (p *program, ok bool) {
	if len(prog.Inst) > math.MaxUint16 {
		return nil, false
	}
	p = &program{insts: make([]inst, len(prog.Inst)), start: uint16(prog.Start)} //nolint:gosec // bounded above
	var used kinds
	var takes []*syntax.Inst
	known := map[string]uint16{}
	for i := range prog.Inst {
		from, to := &prog.Inst[i], &p.insts[i]
		to.op, to.out = from.Op, uint16(from.Out) //nolint:gosec // bounded above
		switch from.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			to.op, to.arg = syntax.InstAlt, uint16(from.Arg) //nolint:gosec // bounded above
		case syntax.InstEmptyWidth:
			to.empty = syntax.EmptyOp(from.Arg) //nolint:gosec // it is one
			used.see(to.empty)
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			to.op = syntax.InstRune
			same := signature(from)
			number, found := known[same]
			if !found {
				number = uint16(len(takes)) //nolint:gosec // bounded above
				known[same] = number
				takes = append(takes, from)
			}
			to.set = number
		}
	}
	p.classes, p.sets, ok = classify(takes, used)
	return p, ok
}

// signature is the same for instructions that take the same runes.
func signature(i *syntax.Inst) string {
	b := []byte{0}
	if len(i.Rune) == 1 && syntax.Flags(i.Arg)&syntax.FoldCase != 0 { //nolint:gosec // they are
		b[0] = 1
	}
	for _, r := range i.Rune {
		b = binary.LittleEndian.AppendUint32(b, uint32(r)) //nolint:gosec // only to compare
	}
	return string(b)
}
