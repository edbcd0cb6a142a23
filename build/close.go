package build

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// enosys is WASI's error number for a function that is not implemented.
const enosys = 52

// closeImports turns the WASI imports that gateways before Envoy 1.39 lack into
// functions of the module that answer "not implemented". Go's standard library
// links some of them in as soon as a package touches files.
func (b *builder) closeImports(ctx context.Context, code []byte) ([]byte, error) {
	out, closed, err := wasm.CloseImports(code, closable, enosys)
	if err != nil {
		return nil, fmt.Errorf("close the WASI imports that older gateways lack: %w", err)
	}
	if len(closed) == 0 {
		return code, nil
	}
	b.closed = importNames(closed)
	b.progress("closing %s: gateways before Envoy 1.39 lack them; they answer \"not implemented\" now", list(b.closed))
	if err := validate(ctx, out); err != nil {
		return nil, fmt.Errorf("the module is not valid after closing %s: %w; please report this", list(b.closed), err)
	}
	return out, nil
}

// validate checks the whole module as a virtual machine does before it runs it.
func validate(ctx context.Context, code []byte) error {
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer rt.Close(ctx)
	_, err := rt.CompileModule(ctx, code)
	return err
}
