package wrapper

import (
	"errors"
	"math"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// maxSpare is the longest body whose memory is kept for the next one.
const maxSpare = 1 << 20

// WithBodyReuse reads each body, and each part of one, into the memory of the one
// before, which saves more than half of what a body of 16 KiB costs. The slice
// that a body handler gets is then good until the handler returns: what is needed
// later has to be copied (a string made of it is a copy). Where the handler holds
// the body back, or has a call under way, the slice stays the plugin's: its memory
// is not used again. Without this option every slice is the plugin's to keep.
func WithBodyReuse[PluginConfig any]() CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) { c.reuse = true })
}

var errReadBody = errors.New("the host has refused to hand it over")

// readBody is getBody into spare memory, or into new memory that can become it:
// size may be far more than there is.
func (v *vm) readBody(d direction, size int) ([]byte, error) {
	into := v.spare
	v.spare = nil // a callback that runs meanwhile must not get it as well
	buffer := abi.BufferRequestBody
	if d == response {
		buffer = abi.BufferResponseBody
	}
	body, st := abi.ReadBuffer(buffer, 0, int32(min(size, math.MaxInt32)), into)
	if st == abi.StatusNotFound {
		v.spare = into
		return nil, nil
	}
	if st != abi.StatusOK {
		return nil, errReadBody
	}
	if v.lent = into[:0]; len(body) > cap(into) {
		v.lent = body[:0]
	}
	return body, nil
}

// giveBack takes the memory of the body that was read last for the next one, if
// the handler is done with it.
func (v *vm) giveBack(done bool) {
	if done && v.lent != nil && cap(v.lent) <= maxSpare {
		v.spare = v.lent
	}
	v.lent = nil
}
