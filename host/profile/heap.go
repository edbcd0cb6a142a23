package profile

import (
	"context"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// allocation listens to the functions of Go's runtime that hand out memory. They
// call each other: the outermost counts.
//
// Go's functions have one parameter, where in them to go on: 0 is their beginning,
// anything else means that they come back after another goroutine has run. Their
// own parameters are on Go's stack in the module's memory, behind the return
// address, and global 0 says where: SP. The first one is the size.
type allocation struct{ c *Costs }

const (
	globalSP   = 0
	firstParam = 8
)

func (l allocation) Before(_ context.Context, m api.Module, _ api.FunctionDefinition, params []uint64, _ experimental.StackIterator) {
	c := l.c
	c.depth++
	if c.now == nil || c.depth != 1 || len(params) != 1 || uint32(params[0]) != 0 { // the upper half is not set
		return
	}
	c.now.Allocations++
	inner, ok := m.(experimental.InternalModule)
	if !ok || inner.NumGlobal() == 0 {
		return
	}
	sp := inner.Global(globalSP).Get()
	if n, ok := m.Memory().ReadUint64Le(uint32(sp) + firstParam); ok {
		c.now.Bytes += n
	}
}

func (l allocation) After(context.Context, api.Module, api.FunctionDefinition, []uint64) {
	l.c.depth--
}

func (l allocation) Abort(context.Context, api.Module, api.FunctionDefinition, error) { l.c.depth-- }
