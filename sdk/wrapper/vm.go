package wrapper

import (
	"unsafe"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// vm is what a plugin registered, with the type of its configuration erased: a
// configuration is a *PluginConfig in an any.
type vm struct {
	name      string
	log       log.Log
	on        hooks
	parsers   parsers
	prePlugin func(PluginContext) error

	rebuildAfter  uint64 // requests, 0 never
	requests      uint64
	rebuildMemory uint64 // bytes, 0 never
	ioCycle       uint64 // requests, 0 as the host has it

	id           string    // made when first needed, see leader.go
	whose        string    // header that names the consumer, "" for the default
	propertyPath namePaths // which properties the host has
	failOpen     bool
	keepLength   bool
	reuse        bool // see WithBodyReuse
	spare, lent  []byte
	warned       bool // of HeaderStopIteration without a body

	// What follows from the options.
	sides    [2]side // of a new stream
	outlasts bool    // see hooks
	counts   bool    // countRequest has something to do
}

// hooks are the plugin's callbacks, nil where it has none.
type hooks struct {
	headers [2]func(*stream) types.Action
	body    [2]func(s *stream, body []byte) types.Action
	chunk   [2]func(s *stream, chunk []byte, last bool) []byte
	done    func(*stream)

	trailers [2]func(*stream) types.Action
	timed    func(*stream, types.HttpContext) types.HttpContext // see timing.go
	ticked   func(p *plugin, tick func())
	begin    func() // before the configuration is parsed
}

// direction is an index of what exists for request and response.
type direction int

const (
	request direction = iota
	response
)

// reads reports whether the plugin has a handler for bodies of a direction.
func (h *hooks) reads(d direction) bool { return h.body[d] != nil || h.chunk[d] != nil }

// outlasts reports whether callbacks run after the request headers are gone.
// The last one doesn't count: hosts show the headers again to their log.
func (h *hooks) outlasts() bool {
	return h.headers[response] != nil || h.reads(request) || h.reads(response) ||
		h.trailers[request] != nil || h.trailers[response] != nil
}

// CommonVmCtx is the plugin as it is registered with the host.
type CommonVmCtx[PluginConfig any] struct {
	types.DefaultVMContext
	vm
}

// SetCtx registers the plugin, once, from main's init function. Options that
// are nil are skipped.
func SetCtx[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) {
	abi.WantRequestHeaders() // the options say what else
	dispatch.SetVMContext(NewCommonVmCtx(pluginName, options...))
}

// SetCtxWithOptions is SetCtx.
func SetCtxWithOptions[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) {
	SetCtx(pluginName, options...)
}

// NewCommonVmCtx makes what SetCtx registers.
func NewCommonVmCtx[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) *CommonVmCtx[PluginConfig] {
	c := &CommonVmCtx[PluginConfig]{}
	c.name = pluginName
	WithLogger[PluginConfig](log.New(pluginName, logIDs)).Apply(c)
	for _, o := range options {
		if o != nil {
			o.Apply(c)
		}
	}
	var config PluginConfig
	if c.parsers.parse == nil && unsafe.Sizeof(config) == 0 {
		ParseRawConfig(func([]byte, *PluginConfig) error { return nil }).Apply(c)
		c.parsers.trivial = true
	}
	c.settle()
	return c
}

// settle notes what follows from the options.
func (v *vm) settle() {
	v.outlasts, v.counts = v.on.outlasts(), v.rebuildAfter > 0 || v.rebuildMemory > 0
	for d := range v.sides {
		v.sides[d] = side{read: v.on.reads(direction(d)), chunks: v.on.chunk[d] != nil}
	}
}

// NewCommonVmCtxWithOptions is NewCommonVmCtx.
func NewCommonVmCtxWithOptions[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) *CommonVmCtx[PluginConfig] {
	return NewCommonVmCtx(pluginName, options...)
}

// NewPluginContext implements types.VMContext.
func (ctx *CommonVmCtx[PluginConfig]) NewPluginContext(contextID uint32) types.PluginContext {
	c := &CommonPluginCtx[PluginConfig]{plugin: plugin{vm: &ctx.vm}}
	dispatch.Current().Steady(contextID, c, ctx.on.done == nil)
	return c
}

// CommonPluginCtx is one configuration of the plugin.
type CommonPluginCtx[PluginConfig any] struct {
	plugin
	batch []CommonHttpCtx[PluginConfig] // not in use yet
}

// NewHttpContext implements types.PluginContext.
func (ctx *CommonPluginCtx[PluginConfig]) NewHttpContext(contextID uint32) types.HttpContext {
	c := next(&ctx.batch)
	c.start(&ctx.plugin, contextID)
	if timed := ctx.vm.on.timed; timed != nil {
		return timed(&c.stream, c)
	}
	return c
}

// CommonHttpCtx is one HTTP exchange. Callbacks get it as HttpContext.
type CommonHttpCtx[PluginConfig any] struct {
	stream
}

// contextOf returns the context that s is the first field of: there is no other
// stream that callbacks are called with.
func contextOf[PluginConfig any](s *stream) HttpContext {
	return (*CommonHttpCtx[PluginConfig])(unsafe.Pointer(s))
}

var (
	_ types.VMContext     = (*CommonVmCtx[int])(nil)
	_ types.PluginContext = (*CommonPluginCtx[int])(nil)
	_ types.HttpContext   = (*CommonHttpCtx[int])(nil)
	_ HttpContext         = (*CommonHttpCtx[int])(nil)
	_ PluginContext       = (*CommonPluginCtx[int])(nil)
)

// GetMatchConfig returns the configuration for this stream's request, nil where
// neither a rule nor the global configuration is for it.
func (ctx *CommonHttpCtx[PluginConfig]) GetMatchConfig() (*PluginConfig, error) {
	config, err := ctx.matchConfig()
	if err != nil || config == nil {
		return nil, err
	}
	return config.(*PluginConfig), nil
}
