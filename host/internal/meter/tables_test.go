package meter

import (
	"bytes"
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
)

// growing is a module whose function grows its table by a number of elements.
func growing(table ...byte) []byte {
	return raw(
		sec(secType, 1, 0x60, 1, typeI32, 1, typeI32), sec(secFunction, 1, 0), sec(secTable, table...),
		sec(secExport, 1, 1, 'g', 0, 0),
		sec(secCode, 1, 9, 0, 0xd0, 0x70, 0x20, 0, 0xfc, 15, 0, opEnd), // ref.null func, local.get 0, table.grow 0
	)
}

func TestTablesAreBounded(t *testing.T) {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer r.Close(ctx)
	if _, err := r.NewHostModuleBuilder(Module).NewFunctionBuilder().WithFunc(func() uint32 { return 0 }).Export(Function).Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	const no = 0xffffffff
	for name, c := range map[string]struct {
		table []byte
		by    uint64
		want  uint32
	}{
		"all there is":         {[]byte{1, 0x70, 0, 5}, 0xfffffff0, no},
		"to the bound":         {[]byte{1, 0x70, 0, 5}, MaxTable - 5, 5},
		"one more":             {[]byte{1, 0x70, 0, 5}, MaxTable - 4, no},
		"own maximum":          {[]byte{1, 0x70, 1, 5, 9}, 4, 5},
		"beyond own maximum":   {[]byte{1, 0x70, 1, 5, 9}, 5, no},
		"huge own maximum":     {[]byte{1, 0x70, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f}, MaxTable, no},
		"a part of two":        {[]byte{2, 0x70, 0, 5, 0x70, 0, 5}, MaxTable/2 - 5, 5},
		"more than half of it": {[]byte{2, 0x70, 0, 5, 0x70, 0, 5}, MaxTable/2 - 4, no},
	} {
		code, err := Instrument(growing(c.table...))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m, err := r.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig().WithName(""))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := m.ExportedFunction("g").Call(ctx, c.by)
		if err != nil || uint32(got[0]) != c.want {
			t.Errorf("%s: %d, %v; want %d", name, got, err, c.want)
		}
		_ = m.Close(ctx)
	}
}

func TestBadTables(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0x0f}
	for name, table := range map[string][]byte{
		"huge":               append([]byte{1, 0x70, 0}, huge...),
		"one too large":      append([]byte{1, 0x70, 0}, appendU32(nil, MaxTable+1)...),
		"huge together":      bytes.Join([][]byte{{2, 0x70, 0}, appendU32(nil, MaxTable), {0x70, 0, 1}}, nil),
		"huge number":        huge,
		"more than there is": {2, 0x70, 0, 1},
		"64 bits":            {1, 0x70, 4, 1},
		"at most too few":    {1, 0x70, 1, 9, 5},
	} {
		if _, err := Instrument(growing(table...)); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := Instrument(raw(sec(secTable, table...))); err == nil {
			t.Errorf("%s, without code: no error", name)
		}
	}
}

func TestLocalsAreBounded(t *testing.T) {
	body := func(locals ...byte) []byte {
		f := append(append([]byte{}, locals...), opEnd)
		return raw(sec(secType, 1, 0x60, 0, 0), sec(secFunction, 1, 0), sec(secCode, append([]byte{1, byte(len(f))}, f...)...))
	}
	if _, err := Instrument(body(append(appendU32([]byte{1}, MaxLocals), typeI32)...)); err != nil {
		t.Errorf("as many as are allowed: %v", err)
	}
	for name, locals := range map[string][]byte{
		"2^32-1":       append(appendU32([]byte{1}, 0xffffffff), typeI32),
		"one too many": append(appendU32([]byte{2, 1, typeI32}, MaxLocals), typeI32),
	} {
		if _, err := Instrument(body(locals...)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
