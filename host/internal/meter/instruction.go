package meter

// Instructions that the rewriting is about.
const (
	opLoop       = 0x03
	opIf         = 0x04
	opEnd        = 0x0b
	opCall       = 0x10
	opReturnCall = 0x12
	opGlobalGet  = 0x23
	opGlobalSet  = 0x24
	opI32Const   = 0x41
	opI32Eqz     = 0x45
	opI32Sub     = 0x6b
	opRefFunc    = 0xd2

	typeI32   = 0x7f
	typeEmpty = 0x40 // of a block
)

// namesFunction reports whether the immediate of op is the index of a function.
func namesFunction(op byte) bool { return op == opCall || op == opReturnCall || op == opRefFunc }

// isCall reports whether op enters a function.
func isCall(op byte) bool { return op >= opCall && op <= 0x13 }

// branches reports whether op can make what follows be left out or repeated.
func branches(op byte) bool { return op == 0x00 || op >= opLoop && op <= 0x13 }

// immediates passes what follows an opcode. Indices of functions are not among
// it: the caller reads those.
func (r *reader) immediates(op byte) {
	switch {
	case op >= 0x45 && op <= 0xc4, op == 0x00, op == 0x01, op == 0x05, op == opEnd, op == 0x0f, op == 0x1a, op == 0x1b, op == 0xd1:
	case op == opGlobalGet, op == opGlobalSet:
		r.global()
	case op >= 0x20 && op <= 0x26, op == 0x0c, op == 0x0d, op == 0x3f, op == 0x40: // index
		r.skipNumber(5)
	case op >= 0x28 && op <= 0x3e:
		r.memarg()
	case op == opI32Const, op >= 0x02 && op <= opIf, op == 0xd0: // number, block type, heap type
		r.skipNumber(5)
	case op == 0x42:
		r.skipNumber(10)
	case op == 0x43:
		r.skip(4)
	case op == 0x44:
		r.skip(8)
	case op == 0x0e: // br_table: the labels and the default
		r.times(func() { r.skipNumber(5) })
		r.skipNumber(5)
	case op == 0x11, op == 0x13: // type, table
		r.skipNumber(5)
		r.skipNumber(5)
	case op == 0x1c: // select with types
		r.times(func() { r.skip(1) })
	case op == 0xfc:
		r.bulk(r.u32())
	case op == 0xfd:
		r.vector(r.u32())
	default:
		r.fail(ErrUnknown)
	}
}

func (r *reader) memarg() {
	r.skipNumber(5)
	r.skipNumber(5)
}

// bulk passes the immediates of an instruction with the prefix 0xfc.
func (r *reader) bulk(op uint32) {
	switch {
	case op <= 7: // saturating truncation
	case op == 8, op == 10, op == 12, op == 14: // memory.init, memory.copy, table.init, table.copy
		r.skipNumber(5)
		r.skipNumber(5)
	case op <= 17:
		r.skipNumber(5)
	default:
		r.fail(ErrUnknown)
	}
}

// vector passes the immediates of an instruction with the prefix 0xfd.
func (r *reader) vector(op uint32) {
	switch {
	case op <= 11, op == 92, op == 93: // loads and a store
		r.memarg()
	case op == 12, op == 13: // v128.const, i8x16.shuffle
		r.skip(16)
	case op >= 21 && op <= 34: // lanes
		r.skip(1)
	case op >= 84 && op <= 91: // loads and stores of a lane
		r.memarg()
		r.skip(1)
	case op <= 255:
	default:
		r.fail(ErrUnknown)
	}
}
