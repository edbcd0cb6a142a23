package host

import "context"

// VM is one instance of a module.
type VM struct{}

// StartPlugin creates a root context with that configuration and runs
// proxy_on_configure. An error leaves the VM as it was, unless it trapped.
func (vm *VM) StartPlugin(ctx context.Context, name string, config []byte) (*Plugin, error) {
	panic("todo")
}

// Err returns nil while the VM can be used, and otherwise why it can't: it
// trapped, or it was closed.
func (vm *VM) Err() error { panic("todo") }

// Close ends what is left (proxy_on_done, proxy_on_delete), stops ticks and
// frees the memory. A plugin whose proxy_on_done says false keeps the VM until
// it calls proxy_done, or until DoneTimeout; Close does not wait for that.
func (vm *VM) Close(ctx context.Context) error { panic("todo") }

// Closed returns a channel that is closed when Close has freed everything.
func (vm *VM) Closed() <-chan struct{} { panic("todo") }
