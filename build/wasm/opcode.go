package wasm

import "fmt"

const (
	opEnd      = 0x0b
	opCall     = 0x10
	opI32Const = 0x41

	prefixGC      = 0xfb
	prefixMisc    = 0xfc
	prefixVector  = 0xfd
	prefixThreads = 0xfe
)

// shapeRange gives one shape to the opcodes from first to last.
type shapeRange struct {
	first, last uint32
	shape       shape
}

// plainShapes are the opcodes of one byte.
var plainShapes = []shapeRange{
	{0x00, 0x01, shapeNone},    // unreachable, nop
	{0x02, 0x04, shapeBlock},   // block, loop, if
	{0x05, 0x05, shapeNone},    // else
	{0x06, 0x06, shapeBlock},   // try
	{0x07, 0x09, shapeIndex},   // catch, throw, rethrow
	{0x0a, 0x0b, shapeNone},    // throw_ref, end
	{0x0c, 0x0d, shapeIndex},   // br, br_if
	{0x0e, 0x0e, shapeTable},   // br_table
	{0x0f, 0x0f, shapeNone},    // return
	{0x10, 0x10, shapeFunc},    // call
	{0x11, 0x11, shapeIndices}, // call_indirect
	{0x12, 0x12, shapeFunc},    // return_call
	{0x13, 0x13, shapeIndices}, // return_call_indirect
	{0x14, 0x15, shapeIndex},   // call_ref, return_call_ref
	{0x18, 0x18, shapeIndex},   // delegate
	{0x19, 0x1b, shapeNone},    // catch_all, drop, select
	{0x1c, 0x1c, shapeSelect},  // select with types
	{0x1f, 0x1f, shapeTryTable},
	{0x20, 0x26, shapeIndex},  // local.*, global.*, table.get, table.set
	{0x28, 0x3e, shapeMemory}, // loads and stores
	{0x3f, 0x40, shapeIndex},  // memory.size, memory.grow
	{0x41, 0x42, shapeInt},
	{0x43, 0x43, shapeBytes4},
	{0x44, 0x44, shapeBytes8},
	{0x45, 0xc4, shapeNone},  // arithmetic
	{0xd0, 0xd0, shapeHeap},  // ref.null
	{0xd1, 0xd1, shapeNone},  // ref.is_null
	{0xd2, 0xd2, shapeFunc},  // ref.func
	{0xd3, 0xd4, shapeNone},  // ref.eq, ref.as_non_null
	{0xd5, 0xd6, shapeIndex}, // br_on_null, br_on_non_null
}

// miscShapes are the opcodes after the prefix 0xfc.
var miscShapes = []shapeRange{
	{0, 7, shapeNone},      // saturating conversions
	{8, 8, shapeIndices},   // memory.init
	{9, 9, shapeIndex},     // data.drop
	{10, 10, shapeIndices}, // memory.copy
	{11, 11, shapeIndex},   // memory.fill
	{12, 12, shapeIndices}, // table.init
	{13, 13, shapeIndex},   // elem.drop
	{14, 14, shapeIndices}, // table.copy
	{15, 17, shapeIndex},   // table.grow, table.size, table.fill
	{19, 22, shapeNone},    // wide arithmetic
}

// vectorShapes are the opcodes after the prefix 0xfd, with relaxed SIMD.
var vectorShapes = []shapeRange{
	{0, 11, shapeMemory},
	{12, 13, shapeBytes16}, // v128.const, i8x16.shuffle
	{14, 20, shapeNone},
	{21, 34, shapeByte},    // lanes
	{35, 83, shapeNone},    //
	{84, 91, shapeMemLane}, // loads and stores of a lane
	{92, 93, shapeMemory},  // loads with zeros
	{94, 275, shapeNone},   //
}

// threadShapes are the opcodes after the prefix 0xfe.
var threadShapes = []shapeRange{
	{0, 2, shapeMemory},       // notify, wait
	{3, 3, shapeByte},         // atomic.fence
	{0x10, 0x4e, shapeMemory}, // atomic loads, stores and updates
}

// plainTable is plainShapes by opcode: most of a module's instructions are
// looked up in it.
var plainTable = func() (table [256]shape) {
	for _, s := range plainShapes {
		for op := s.first; op <= s.last; op++ {
			table[op] = s.shape
		}
	}
	return table
}()

// shapeOf gives the shape of an opcode, and its number for a message. It reads
// the second number of a prefixed opcode.
func shapeOf(r *reader, op byte) (shape, string) {
	var ranges []shapeRange
	switch op {
	case prefixMisc:
		ranges = miscShapes
	case prefixVector:
		ranges = vectorShapes
	case prefixThreads:
		ranges = threadShapes
	case prefixGC:
	default:
		if sh := plainTable[op]; sh != shapeUnknown {
			return sh, ""
		}
		return shapeUnknown, fmt.Sprintf("0x%02x", op)
	}
	sub := r.u32("opcode")
	for _, s := range ranges {
		if s.first <= sub && sub <= s.last {
			return s.shape, ""
		}
	}
	return shapeUnknown, fmt.Sprintf("0x%02x %d", op, sub)
}
