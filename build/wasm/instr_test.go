package wasm

import (
	"errors"
	"testing"
)

// TestScan checks that each form of instruction is passed over as a whole: the
// call behind it must be found, and nothing else be taken for one.
func TestScan(t *testing.T) {
	for _, tt := range []struct {
		name string
		code []byte
	}{
		{"nop", []byte{0x01}},
		{"block", []byte{0x02, 0x40, opEnd}},
		{"block of a wide type index", []byte{0x02, 0x90, 0x10, opEnd}},
		{"block of a reference", []byte{0x02, 0x63, 0x10, opEnd}},
		{"br_table", []byte{0x0e, 2, 0x10, 0x10, 0x10}},
		{"call_indirect", []byte{0x11, 0x10, 0x10}},
		{"select", []byte{0x1c, 2, 0x7f, 0x64, 0x10}},
		{"try_table", []byte{0x1f, 0x40, 2, 0, 0x10, 0x10, 3, 0x10, opEnd}},
		{"local", []byte{0x20, 0x10}},
		{"load", []byte{0x28, 0x10, 0x10}},
		{"load of a second memory", []byte{0x28, 0x42, 0x10, 0x10}},
		{"load, 64-bit offset", []byte{0x28, 2, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x10}},
		{"memory.grow", []byte{0x40, 0x10}},
		{"i32.const", []byte{0x41, 0x90, 0x10}},
		{"i64.const", []byte{0x42, 0x90, 0x90, 0x90, 0x90, 0x90, 0x10}},
		{"f32.const", []byte{0x43, 0x10, 0x10, 0x10, 0x10}},
		{"f64.const", []byte{0x44, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10}},
		{"ref.null", []byte{0xd0, 0x10}},
		{"memory.copy", []byte{prefixMisc, 10, 0x10, 0x10}},
		{"table.init", []byte{prefixMisc, 12, 0x10, 0x10}},
		{"table.fill", []byte{prefixMisc, 17, 0x10}},
		{"saturating", []byte{prefixMisc, 7}},
		{"v128.load", []byte{prefixVector, 0, 0x10, 0x10}},
		{"v128.const", append([]byte{prefixVector, 12}, make([]byte, 16)...)},
		{"extract_lane", []byte{prefixVector, 21, 0x10}},
		{"load_lane", []byte{prefixVector, 84, 0x10, 0x10, 0x10}},
		{"vector arithmetic, long opcode", []byte{prefixVector, 0x80, 0x02}},
		{"atomic.fence", []byte{prefixThreads, 3, 0x10}},
		{"atomic load", []byte{prefixThreads, 0x10, 0x10, 0x10}},
	} {
		for op, want := range map[byte]uint32{opCall: 7, 0x12: 300, 0xd2: 1} {
			code := append(append([]byte{}, tt.code...), op)
			code = append(appendU32(code, want), opEnd)
			var got []uint32
			r := newReader("code", code)
			scan(r, true, func(start, end int, index uint32) { got = append(got, index) })
			if r.err != nil || len(got) != 1 || got[0] != want {
				t.Errorf("%s, then 0x%02x %d: found %v, %v", tt.name, op, want, got, r.err)
			}
		}
	}
}

func TestScanStopsAtFirstEnd(t *testing.T) {
	r := newReader("global", []byte{opI32Const, 1, opEnd, opCall, 1})
	scan(r, false, func(int, int, uint32) { t.Error("went past the end") })
	if r.err != nil || r.pos != 3 {
		t.Errorf("stopped at %d, %v", r.pos, r.err)
	}
}

func TestScanRefuses(t *testing.T) {
	for name, code := range map[string][]byte{
		"empty body":            {},
		"no end":                {0x01},
		"unknown":               {0x27, opEnd},
		"unknown vector":        {prefixVector, 0x94, 0x02, opEnd},
		"unknown threads":       {prefixThreads, 0x4f, opEnd},
		"unknown catch":         {0x1f, 0x40, 1, 4, 0, opEnd},
		"more labels than code": {0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, opEnd},
		"index too long":        {0x20, 0xff, 0xff, 0xff, 0xff, 0x7f, opEnd},
		"cut prefix":            {prefixMisc},
	} {
		r := newReader("code", code)
		scan(r, true, func(int, int, uint32) {})
		var syntax *SyntaxError
		if !errors.As(r.err, &syntax) {
			t.Errorf("%s: %v", name, r.err)
		}
	}
}
