package wasm

import (
	"errors"
	"fmt"
)

// shape says what follows an opcode.
type shape byte

const (
	shapeUnknown  shape = iota
	shapeNone           // nothing
	shapeIndex          // one index
	shapeIndices        // two indices
	shapeFunc           // a function's index
	shapeBlock          // a block's type
	shapeTable          // the labels of br_table
	shapeSelect         // the types of a typed select
	shapeTryTable       // a block's type and a list of catch clauses
	shapeMemory         // alignment and offset
	shapeMemLane        // alignment, offset and a lane
	shapeInt            // an integer constant
	shapeHeap           // a heap type
	shapeByte           // one byte
	shapeBytes4         // a float constant
	shapeBytes8         // a double constant
	shapeBytes16        // a vector constant or sixteen lanes
)

var errNoEnd = errors.New("does not end with the instruction end")

// scan passes over instructions and calls ref with the place of each function
// index among them: it lies in data[start:end]. With toEnd it reads a whole
// function body and checks that it ends with "end"; otherwise it reads a
// constant expression, which has no blocks, up to its first "end".
func scan(r *reader, toEnd bool, ref func(start, end int, index uint32)) {
	last := byte(opEnd + 1)
	for r.more() {
		start := r.pos
		op := r.byte("opcode")
		sh, name := shapeOf(r, op)
		switch {
		case r.err != nil:
		case sh == shapeUnknown:
			r.pos = start
			r.fail("opcode", fmt.Errorf("%w: instruction %s", ErrUnsupported, name))
		case sh == shapeFunc:
			at := r.pos
			index := r.u32("function index")
			if r.err == nil {
				ref(at, r.pos, index)
			}
		default:
			skipOperands(r, sh)
		}
		if last = op; op == opEnd && !toEnd {
			return
		}
	}
	if r.err == nil && last != opEnd {
		r.fail("instructions", errNoEnd)
	}
}

func skipOperands(r *reader, sh shape) {
	switch sh {
	case shapeIndex:
		r.u32("index")
	case shapeIndices:
		r.u32("index")
		r.u32("index")
	case shapeBlock:
		skipBlockType(r)
	case shapeTable:
		for n := r.count("labels"); n >= 0 && r.err == nil; n-- {
			r.u32("label")
		}
	case shapeSelect:
		readTypes(r)
	case shapeTryTable:
		skipTryTable(r)
	case shapeMemory, shapeMemLane:
		skipMemArg(r)
		if sh == shapeMemLane {
			r.byte("lane")
		}
	case shapeInt:
		r.skipLEB(64, "integer")
	case shapeHeap:
		r.skipLEB(33, "heap type")
	case shapeByte:
		r.byte("operand")
	case shapeBytes4:
		r.bytes(4, "constant")
	case shapeBytes8:
		r.bytes(8, "constant")
	case shapeBytes16:
		r.bytes(16, "constant")
	}
}

// skipBlockType passes over a value type, the empty type or a type's index,
// all of which read as one signed number.
func skipBlockType(r *reader) {
	if r.rest() > 0 && (r.data[r.pos] == 0x63 || r.data[r.pos] == 0x64) {
		r.skipHeapType(r.byte("block type"))
		return
	}
	r.skipLEB(33, "block type")
}

// skipMemArg passes over an alignment, whose bit 6 announces a memory's index,
// and an offset.
func skipMemArg(r *reader) {
	if r.u32("alignment")&0x40 != 0 {
		r.u32("memory index")
	}
	r.uleb(64, "offset")
}

func skipTryTable(r *reader) {
	skipBlockType(r)
	for n := r.count("catch clauses"); n > 0 && r.err == nil; n-- {
		kind := r.byte("catch clause")
		switch {
		case kind < 2:
			r.u32("tag")
			r.u32("label")
		case kind < 4:
			r.u32("label")
		default:
			r.fail("catch clause", fmt.Errorf("%w: clause %d", ErrUnsupported, kind))
		}
	}
}
