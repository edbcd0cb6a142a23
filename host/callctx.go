package host

import "context"

// ContextHolder is an HTTPStream that has a context. The Caller finds the values
// of it in the contexts of the calls that a plugin makes for that exchange. The
// calls don't end with it: on Envoy, too, they outlive the stream.
type ContextHolder interface {
	Context() context.Context
}

// exchangeContext ends with the VM and has the values of an exchange as well.
type exchangeContext struct {
	context.Context // of the VM
	exchange        context.Context
}

// Value looks in the VM's context first, in which package context finds how to
// end those that are derived from it.
func (c exchangeContext) Value(key any) any {
	if v := c.Context.Value(key); v != nil {
		return v
	}
	return c.exchange.Value(key)
}

// callParent is the context that a call is derived from.
func (vm *VM) callParent() context.Context {
	sc := vm.scopeNow()
	if sc == nil {
		return vm.ctx.life
	}
	if h, ok := sc.http.(ContextHolder); ok {
		if c := h.Context(); c != nil {
			return exchangeContext{vm.ctx.life, c}
		}
	}
	return vm.ctx.life
}
