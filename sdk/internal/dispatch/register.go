package dispatch

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Registration is what a plugin registered from its init function; it outlives
// the VMs that tests make.
type Registration struct {
	vm     types.VMContext
	policy func(Panic) Verdict
	// resume is abi.ContinueStream once there is a policy that could need it:
	// a module imports only what is reachable.
	resume func(abi.StreamType) abi.Status

	own bool // contexts of the plugin's own, see WantHTTP

	// Likewise for plugins that wait for bodies, see WatchBodies.
	clock func() int64
	hold  func(*VM, *stream, abi.StreamType)
	came  func(*VM, *stream, abi.StreamType)
	look  func(v *VM, plugin uint32)
}

// registered is that of the plugin that runs. Only a module that holds several
// plugins ever exchanges it.
var registered Registration

// Register makes r what is registered, and returns what was.
func Register(r Registration) (before Registration) {
	before, registered = registered, r
	return before
}

// MayWaitForBodies reports whether the plugin's headers may wait for a body
// (HeaderStopIteration): one that reads bodies, or of which the SDK knows nothing.
func (r *Registration) MayWaitForBodies() bool { return r.own || r.hold != nil }

// SetVMContext registers the plugin's entry point; the last one wins. The caller
// says which callbacks it wants.
func SetVMContext(c types.VMContext) { registered.vm = c }

// VMContext returns the registered entry point, nil if there is none.
func VMContext() types.VMContext { return registered.vm }

// SetPolicy lets f decide what becomes of a stream whose callback panicked;
// nil restores the default, FailClosed for all. It returns the one before.
func SetPolicy(f func(Panic) Verdict) (before func(Panic) Verdict) {
	before, registered.policy = registered.policy, f
	registered.resume = abi.ContinueStream
	return before
}

// PluginVM is a VM context for plugins that only have plugin contexts.
type PluginVM struct {
	types.DefaultVMContext
	New types.PluginContextFactory
}

// NewPluginContext implements types.VMContext.
func (c *PluginVM) NewPluginContext(id uint32) types.PluginContext { return c.New(id) }

// StreamPlugin is a plugin context for plugins that only have stream contexts.
type StreamPlugin struct {
	types.DefaultPluginContext
	HTTP types.HttpContextFactory
	TCP  types.TcpContextFactory
}

// NewHttpContext implements types.PluginContext.
func (c *StreamPlugin) NewHttpContext(id uint32) types.HttpContext {
	if c.HTTP == nil {
		return nil
	}
	return c.HTTP(id)
}

// NewTcpContext implements types.PluginContext.
func (c *StreamPlugin) NewTcpContext(id uint32) types.TcpContext {
	if c.TCP == nil {
		return nil
	}
	return c.TCP(id)
}
