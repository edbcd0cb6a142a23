package meter

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// raw assembles a module of sections; those with nil bodies are left out.
func raw(sections ...[]byte) []byte {
	return append([]byte("\x00asm\x01\x00\x00\x00"), bytes.Join(sections, nil)...)
}

func sec(id byte, body ...byte) []byte {
	return append(appendU32([]byte{id}, uint32(len(body))), body...)
}

// rich is a module in which everything that names a function occurs: an import,
// exports, a start function, globals and elements of both forms, calls, ref.func
// and names.
//
//	0 import env.twice (i32) -> i32
//	1 sum (n) -> n + (n-1) + … + 1, with a loop
//	2 start: global 0 = 7
//	3 via (n) -> call_indirect of element 0 (sum)
//	4 both (n) -> twice(sum(n)) + global 0
//	5 refs () -> whether global 1, which is sum, and ref.func sum are there
func rich() []byte {
	loop := []byte{
		1, 1, 0x7f, // one local
		opLoop, typeEmpty, 0x20, 1, 0x20, 0, 0x6a, 0x21, 1, 0x20, 0, opI32Const, 1, opI32Sub, 0x22, 0, 0x0d, 0, opEnd,
		0x20, 1, opEnd,
	}
	body := func(b ...byte) []byte { return append([]byte{byte(len(b))}, b...) }
	functions := bytes.Join([][]byte{
		{5},
		body(loop...),
		body(0, opI32Const, 7, opGlobalSet, 0, opEnd),
		body(0, 0x20, 0, opI32Const, 0, 0x11, 0, 0, opEnd),
		body(0, 0x20, 0, opCall, 1, opCall, 0, opGlobalGet, 0, 0x6a, opEnd),
		body(0, opGlobalGet, 1, 0xd1, opRefFunc, 1, 0xd1, 0x6a, opI32Eqz, opEnd),
	}, nil)
	return raw(
		sec(secType, 3, 0x60, 1, typeI32, 1, typeI32, 0x60, 0, 0, 0x60, 0, 1, typeI32),
		sec(secImport, 1, 3, 'e', 'n', 'v', 5, 't', 'w', 'i', 'c', 'e', 0, 0),
		sec(secFunction, 5, 0, 1, 0, 0, 2),
		sec(secTable, 1, 0x70, 0, 4),
		sec(secGlobal, 2, typeI32, 1, opI32Const, 0, opEnd, 0x70, 0, opRefFunc, 1, opEnd),
		sec(secExport, 4, 3, 's', 'u', 'm', 0, 1, 3, 'v', 'i', 'a', 0, 3, 4, 'b', 'o', 't', 'h', 0, 4, 4, 'r', 'e', 'f', 's', 0, 5),
		sec(secStart, 2),
		sec(secElement, 3,
			0, opI32Const, 0, opEnd, 1, 1, // active
			3, 0, 1, 1, // declared
			4, opI32Const, 1, opEnd, 1, opRefFunc, 4, opEnd), // expressions
		sec(secCode, functions...),
		sec(secCustom, 4, 'n', 'a', 'm', 'e', 1, 6, 1, 1, 3, 's', 'u', 'm', 2, 1, 0),
		sec(secCustom, 11, '.', 'd', 'e', 'b', 'u', 'g', '_', 'l', 'i', 'n', 'e', 9),
	)
}

// instance runs code with a meter that counts its calls and answers turns.
func instance(t *testing.T, code []byte, turns uint64) (api.Module, *int) {
	t.Helper()
	ctx, calls := context.Background(), new(int)
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	t.Cleanup(func() { _ = r.Close(ctx) })
	one := []api.ValueType{api.ValueTypeI32}
	visit := api.GoFunc(func(_ context.Context, s []uint64) { *calls++; s[0] = turns })
	twice := api.GoFunc(func(_ context.Context, s []uint64) { s[0] *= 2 })
	if _, err := r.NewHostModuleBuilder(Module).NewFunctionBuilder().WithGoFunction(visit, nil, one).Export(Function).Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.NewHostModuleBuilder("env").NewFunctionBuilder().WithGoFunction(twice, one, one).Export("twice").Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	m, err := r.Instantiate(ctx, code)
	if err != nil {
		t.Fatal(err)
	}
	return m, calls
}

func call(t *testing.T, m api.Module, name string, args ...uint64) uint64 {
	t.Helper()
	got, err := m.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return got[0]
}

func TestSameResults(t *testing.T) {
	metered, err := Instrument(rich())
	if err != nil {
		t.Fatal(err)
	}
	for name, code := range map[string][]byte{"as it was": rich(), "metered": metered} {
		m, _ := instance(t, code, 10)
		for _, c := range []struct {
			name string
			args []uint64
			want uint64
		}{{"sum", []uint64{100}, 5050}, {"via", []uint64{10}, 55}, {"both", []uint64{10}, 117}, {"refs", nil, 1}} {
			if got := call(t, m, c.name, c.args...); got != c.want {
				t.Errorf("%s: %s%v = %d, want %d", name, c.name, c.args, got, c.want)
			}
		}
		if d := m.ExportedFunction("sum").Definition(); d.DebugName() != ".sum" {
			t.Errorf("%s: sum is called %q", name, d.DebugName())
		}
	}
	if bytes.Contains(metered, []byte(".debug")) {
		t.Error("debug sections are still there, with offsets that are wrong now")
	}
}

func TestVisits(t *testing.T) {
	metered, err := Instrument(rich())
	if err != nil {
		t.Fatal(err)
	}
	m, calls := instance(t, metered, 10)
	call(t, m, "sum", 101) // the first turn, and then each tenth
	if *calls != 11 {
		t.Errorf("%d visits in 101 turns, want 11", *calls)
	}
	for range 20 {
		call(t, m, "via", 1) // a call that no loop covers, and one turn
	}
	if *calls != 11+4 {
		t.Errorf("%d visits after 20 calls with a turn each, want 15", *calls)
	}
}

// What can't be metered is rewritten all the same: an engine may not see numbers
// that nobody has checked.
func TestNothingToMeter(t *testing.T) {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer r.Close(ctx)
	for name, code := range map[string][]byte{"no section": raw(), "no code": raw(sec(secType, 0), sec(secCode, 0))} {
		got, err := Instrument(code)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := r.CompileModule(ctx, got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0x0f}
	for id, body := range map[byte][]byte{
		secGlobal: huge, secExport: huge, secElement: append([]byte{1, 0, opI32Const, 0, opEnd}, huge...), secData: huge, secTable: huge,
	} {
		if _, err := Instrument(raw(sec(id, body...))); err == nil {
			t.Errorf("section %d with 2^32-1 of its things: no error", id)
		}
	}
}

// Sections that a module need not have are added in their places.
func TestNoImportsNoGlobals(t *testing.T) {
	code := raw(sec(secType, 1, 0x60, 0, 1, typeI32), sec(secFunction, 1, 0), sec(secExport, 1, 1, 'f', 0, 0),
		sec(secCode, 1, 7, 0, opLoop, typeI32, opI32Const, 5, opEnd, opEnd))
	metered, err := Instrument(code)
	if err != nil {
		t.Fatal(err)
	}
	m, calls := instance(t, metered, 1)
	if got := call(t, m, "f"); got != 5 || *calls != 1 {
		t.Errorf("f() = %d with %d visits, want 5 with 1", got, *calls)
	}
}

func TestDamaged(t *testing.T) {
	body := func(b ...byte) []byte {
		return raw(sec(secType, 1, 0x60, 0, 0), sec(secFunction, 1, 0), sec(secCode, append([]byte{1, byte(len(b))}, b...)...))
	}
	for name, c := range map[string]struct {
		code []byte
		want error
	}{
		"nothing":                   {nil, ErrTruncated},
		"a section without an end":  {raw([]byte{secType, 9, 1}), ErrTruncated},
		"a section's long length":   {raw([]byte{secType, 0xff, 0xff, 0xff, 0xff, 0xff, 1}), ErrNumber},
		"more locals than there":    {body(9, 1), ErrTruncated},
		"half a number":             {body(0, opI32Const, 0x80), ErrTruncated},
		"a number without an end":   {body(0, opI32Const, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0), ErrNumber},
		"an instruction of nowhere": {body(0, 0xfe, 0, opEnd), ErrUnknown},
		"a bulk one of nowhere":     {body(0, 0xfc, 0x40, opEnd), ErrUnknown},
		"a vector one of nowhere":   {body(0, 0xfd, 0x80, 0x04, opEnd), ErrUnknown},
		"a table of labels":         {body(0, 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f), ErrTruncated},
		"an import of nowhere":      {raw(sec(secImport, 1, 0, 0, 9)), ErrUnknown},
		"elements of nowhere":       {raw(sec(secElement, 1, 8), sec(secCode, 1, 2, 0, opEnd)), ErrUnknown},
		"more types than there":     {raw(sec(secType, 0xff, 0xff, 0xff, 0x0f, 0x60, 0, 0)), ErrTruncated},
		"a type of nowhere":         {raw(sec(secType, 1, 0x50, 0)), ErrUnknown},
		"more data than there":      {raw(sec(secData, 0xff, 0xff, 0x0f)), ErrTruncated},
		"more functions than there": {raw(sec(secFunction, 0xff, 0xff, 0x0f, 0)), ErrTruncated},
		"the meter's own counter":   {body(0, opI32Const, 9, opGlobalSet, 0, opEnd), ErrIndex},
		"an export of the counter":  {raw(sec(secExport, 1, 1, 'c', 3, 0), sec(secCode, 1, 2, 0, opEnd)), ErrIndex},
		"a global of the counter":   {raw(sec(secGlobal, 1, typeI32, 0, opGlobalGet, 1, opEnd), sec(secCode, 1, 2, 0, opEnd)), ErrIndex},
		"a start beyond all":        {raw(sec(secStart, 0xff, 0xff, 0xff, 0xff, 0x0f), sec(secCode, 1, 2, 0, opEnd)), ErrIndex},
		"a call beyond all":         {body(0, opCall, 0xff, 0xff, 0xff, 0xff, 0x0f, opEnd), ErrIndex},
		"a function without an end": {raw(sec(secCode, 1, 9, 0, opEnd)), ErrTruncated},
	} {
		if _, err := Instrument(c.code); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Instructions with immediates that look like others are passed as wholes.
func TestImmediates(t *testing.T) {
	for name, b := range map[string][]byte{
		"i64.const":       {0x42, 0x83, 0x83, 0x03, 0x1a},
		"f32.const":       {0x43, 3, 3, 3, 3, 0x1a},
		"f64.const":       {0x44, 3, 3, 3, 3, 3, 3, 3, 3, 0x1a},
		"v128.const":      append(append([]byte{0xfd, 12}, bytes.Repeat([]byte{3}, 16)...), 0x1a),
		"select":          {opI32Const, 3, opI32Const, 3, opI32Const, 3, 0x1c, 1, typeI32, 0x1a},
		"load":            {opI32Const, 3, 0x28, 2, 3, 0x1a},
		"v128.load8_lane": {opI32Const, 3, 0xfd, 12, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0xfd, 84, 0, 3, 3, 0x1a},
		"extract_lane":    {0xfd, 12, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0xfd, 21, 3, 0x1a},
		"i8x16.add":       {0xfd, 12, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0xfd, 98, 0x1a},
		"memory.copy":     {opI32Const, 3, opI32Const, 3, opI32Const, 3, 0xfc, 10, 0, 0},
		"memory.fill":     {opI32Const, 3, opI32Const, 3, opI32Const, 3, 0xfc, 11, 0},
		"trunc_sat":       {0x43, 3, 3, 3, 3, 0xfc, 0, 0x1a},
		"memory.grow":     {opI32Const, 3, 0x40, 0, 0x1a},
		"ref.null":        {0xd0, 0x70, 0x1a},
		"br_table":        {opI32Const, 3, 0x0e, 2, 1, 1, 1},
		"block":           {0x02, typeI32, opI32Const, 3, opEnd, 0x1a},
	} {
		body := append(append([]byte{0, opLoop, typeEmpty}, b...), opEnd, opEnd)
		code := raw(sec(secType, 1, 0x60, 0, 0), sec(secFunction, 1, 0), sec(5, 1, 0, 1), sec(secExport, 1, 1, 'f', 0, 0),
			sec(secCode, append([]byte{1, byte(len(body))}, body...)...))
		metered, err := Instrument(code)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := bytes.Count(metered, []byte{opGlobalGet, 0, opI32Const, 1, opI32Sub}); n != 1 {
			t.Errorf("%s: counted at %d places, want 1", name, n)
		}
		m, calls := instance(t, metered, 1)
		if _, err := m.ExportedFunction("f").Call(context.Background()); err != nil || *calls != 1 {
			t.Errorf("%s: %d visits, %v", name, *calls, err)
		}
	}
}
