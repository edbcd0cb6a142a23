package meter

import (
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
)

// FuzzInstrument: no module makes the rewriting fail in another way than by an
// error, and what the engine takes it still takes when it is metered.
func FuzzInstrument(f *testing.F) {
	f.Add(rich())
	f.Add(raw(sec(secType, 1, 0x60, 0, 0), sec(secFunction, 1, 0), sec(secCode, 1, 6, 0, opLoop, typeEmpty, 0x0c, 0, opEnd, opEnd)))
	f.Add(raw(sec(secImport, 3, 0, 0, 1, 0x70, 0, 1, 0, 0, 2, 1, 0, 1, 0, 0, 3, typeI32, 0)))
	f.Add(raw(sec(secTable, 2, 0x70, 0, 1, 0x6f, 1, 1, 9)))
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	f.Cleanup(func() { _ = r.Close(ctx) })
	f.Fuzz(func(t *testing.T, code []byte) {
		metered, err := Instrument(code)
		if err != nil {
			return // the engine may not be asked: it allocates what a damaged module claims to have
		}
		m, err := r.CompileModule(ctx, code)
		if err != nil {
			return
		}
		defer m.Close(ctx)
		again, err := r.CompileModule(ctx, metered)
		if err != nil {
			t.Fatalf("metered: %v", err)
		}
		defer again.Close(ctx)
		if a, b := len(m.ExportedFunctions()), len(again.ExportedFunctions()); a != b {
			t.Fatalf("%d exports, were %d", b, a)
		}
	})
}
