package profile

import (
	"context"
	"strings"
	"time"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Detail says what is looked at. Looking costs time, so that time should be
// looked at alone.
type Detail uint8

const (
	// Time is how long each callback takes, with the host's part of it.
	Time Detail = 1 << iota
	// Calls are the host functions that it calls.
	Calls
	// Allocations are those of the plugin's Go runtime. The module must have names
	// of functions (build.Options.KeepNames).
	Allocations
)

// Cost is what the calls of one callback have cost together.
type Cost struct {
	// Calls is how often the host called it.
	Calls int
	// Times has an entry for each call; only with Time.
	Times []time.Duration
	// HostCalls are the host functions that it called, by name, those of WASI with
	// "wasi." in front; only with Calls.
	HostCalls map[string]int
	// Allocations is how often it asked the Go runtime for memory, Bytes for how
	// much; only with Allocations.
	Allocations int
	Bytes       uint64
	// Growth is by how much the module's memory grew, in bytes.
	Growth uint64
}

// Costs counts what callbacks cost. It must not be read while a VM runs.
type Costs struct {
	detail Detail
	heap   bool // the module has functions that allocate
	byName map[string]*Cost
	now    *Cost // of the callback that runs; nil where none does
	began  time.Time
	memory uint64
	depth  int // of allocating functions
}

// NewCosts returns costs that are all zero.
func NewCosts(d Detail) *Costs { return &Costs{detail: d, byName: map[string]*Cost{}} }

// Context is for what makes a runtime and compiles modules; see the package.
func (c *Costs) Context(ctx context.Context) context.Context {
	return experimental.WithFunctionListenerFactory(ctx, c)
}

// ByCallback are the costs of each callback that was called, by its name, such
// as "proxy_on_request_headers".
func (c *Costs) ByCallback() map[string]*Cost { return c.byName }

// KnowsAllocations reports whether Allocations says something: only a Go module
// with names of functions does.
func (c *Costs) KnowsAllocations() bool { return c.heap && c.detail&Allocations != 0 }

// Reset forgets what was counted, but for what happens once, at the start.
func (c *Costs) Reset() {
	for name := range c.byName {
		if name != "proxy_on_vm_start" && name != "proxy_on_configure" {
			delete(c.byName, name)
		}
	}
}

// NewFunctionListener implements experimental.FunctionListenerFactory.
func (c *Costs) NewFunctionListener(f api.FunctionDefinition) experimental.FunctionListener {
	if f.GoFunction() != nil {
		if name := hostName(f); name != "" && c.detail&Calls != 0 {
			return experimental.FunctionListenerFunc(func(context.Context, api.Module, api.FunctionDefinition, []uint64, experimental.StackIterator) {
				c.hostCall(name)
			})
		}
		return nil
	}
	if name := callbackName(f); name != "" {
		return callback{c, name}
	}
	if strings.HasPrefix(f.Name(), "runtime.mallocgc") {
		if c.heap = true; c.detail&Allocations != 0 {
			return allocation{c}
		}
	}
	return nil
}

// hostName is what a host function is called; "" for the engine's own.
func hostName(f api.FunctionDefinition) string {
	switch module := f.ModuleName(); {
	case len(f.ExportNames()) == 0, module == "sluice":
		return ""
	case strings.HasPrefix(module, "wasi"):
		return "wasi." + f.ExportNames()[0]
	}
	return f.ExportNames()[0]
}

// callbackName is the callback that an exported function is; "" if it is none.
func callbackName(f api.FunctionDefinition) string {
	for _, name := range f.ExportNames() {
		if strings.HasPrefix(name, "proxy_on_") && name != "proxy_on_memory_allocate" {
			return name
		}
	}
	return ""
}

func (c *Costs) hostCall(name string) {
	if c.now == nil {
		return
	}
	if c.now.HostCalls == nil {
		c.now.HostCalls = map[string]int{}
	}
	c.now.HostCalls[name]++
}

// callback listens to one callback.
type callback struct {
	c    *Costs
	name string
}

func (l callback) Before(_ context.Context, m api.Module, _ api.FunctionDefinition, _ []uint64, _ experimental.StackIterator) {
	c := l.c
	if c.now = c.byName[l.name]; c.now == nil {
		c.now = &Cost{}
		c.byName[l.name] = c.now
	}
	c.now.Calls++
	c.memory, c.depth = size(m), 0
	c.began = time.Now()
}

func (l callback) After(_ context.Context, m api.Module, _ api.FunctionDefinition, _ []uint64) {
	c := l.c
	if c.detail&Time != 0 {
		c.now.Times = append(c.now.Times, time.Since(c.began))
	}
	c.now.Growth += size(m) - c.memory
	c.now = nil
}

func (l callback) Abort(context.Context, api.Module, api.FunctionDefinition, error) { l.c.now = nil }

func size(m api.Module) uint64 {
	if mem := m.Memory(); mem != nil {
		return uint64(mem.Size())
	}
	return 0
}
