package host

import "context"

// Module is a compiled module: immutable, and shared by all its VMs.
type Module struct{ name string }

// Name returns the name that was given to Compile.
func (m *Module) Name() string { return m.name }

// Close frees the compiled code. VMs that run go on running.
func (m *Module) Close(ctx context.Context) error { panic("todo") }

// NewVM instantiates the module, runs its start functions and proxy_on_vm_start.
// It must be called inside Do of o.Worker.
func (m *Module) NewVM(ctx context.Context, o VMOptions) (*VM, error) { panic("todo") }
