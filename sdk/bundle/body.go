package bundle

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/flow"
)

// Headers implements abi.Hook: in a chain, as in filters of their own, a plugin
// can use headers and trailers from their callback until it lets them go on, and
// again when the stream is over.
func (g *guest) Headers(m abi.MapType) abi.Status {
	if m > abi.MapResponseTrailers {
		return abi.StatusOK
	}
	s := g.chained()
	if s == nil || s.over {
		return abi.StatusOK
	}
	dir := abi.StreamRequest
	if m >= abi.MapResponseHeaders {
		dir = abi.StreamResponse
	}
	at, here := g.acting.placeIn(dir), false
	if m == abi.MapRequestHeaders || m == abi.MapResponseHeaders {
		here = s.flows[dir].ReadsHeaders(at)
	} else {
		here = s.flows[dir].ReadsTrailers(at)
	}
	if !here {
		return abi.StatusBadArgument
	}
	return abi.StatusOK
}

// window returns the part of a body that is the acting plugin's, nil where the
// buffer is none of a chain's bodies.
func (g *guest) window(b abi.BufferType) *flow.Pipe {
	if s := g.chained(); s != nil && b <= abi.BufferResponseBody {
		return &s.flows[b]
	}
	return nil
}

// GetBufferBytes implements abi.Hook.
func (g *guest) GetBufferBytes(b abi.BufferType, start, size int32) ([]byte, abi.Status) {
	switch {
	case b == abi.BufferVMConfig:
		return part(g.vmConfig, start, size), abi.StatusOK
	case b == abi.BufferPluginConfig && g.acting.root.chain:
		return part(g.acting.config, start, size), abi.StatusOK
	}
	pipe := g.window(b)
	abi.SetHook(nil)
	defer abi.SetHook(g)
	if pipe == nil {
		return abi.GetBufferBytes(b, start, size)
	}
	from, length, whole, ok := pipe.Window(g.acting.placeIn(abi.StreamType(b)))
	switch {
	case !ok:
		return nil, abi.StatusNotFound
	case whole:
		return abi.GetBufferBytes(b, start, size)
	case start < 0 || int(start) >= length:
		return nil, abi.StatusOK
	}
	return abi.GetBufferBytes(b, int32(from)+start, min(size, int32(length)-start))
}

// part is what a host gives of a buffer of the module's own.
func part(data []byte, start, size int32) []byte {
	if start < 0 || size <= 0 || int(start) >= len(data) {
		return nil
	}
	return slices.Clone(data[start:min(int64(start)+int64(size), int64(len(data)))])
}

// SetBufferBytes implements abi.Hook.
func (g *guest) SetBufferBytes(b abi.BufferType, start, size int32, data []byte) abi.Status {
	pipe := g.window(b)
	abi.SetHook(nil)
	defer abi.SetHook(g)
	if pipe == nil {
		return abi.SetBufferBytes(b, start, size, data)
	}
	at := g.acting.placeIn(abi.StreamType(b))
	from, length, whole, ok := pipe.Window(at)
	if !ok {
		return abi.StatusNotFound
	}
	cut, cutTo, ok := replaced(start, size, length)
	if !ok {
		return abi.StatusBadArgument
	}
	var st abi.Status
	if whole {
		st = abi.SetBufferBytes(b, start, size, data)
	} else {
		st = splice(b, from+cut, from+cutTo, data)
	}
	if st == abi.StatusOK {
		pipe.Resized(at, length-(cutTo-cut)+len(data))
	}
	return st
}

// replaced says which bytes of a body of that length are replaced: hosts know of
// its beginning and of what is behind its end.
func replaced(start, size int32, length int) (from, to int, ok bool) {
	switch {
	case start == 0:
		return 0, min(int(max(size, 0)), length), true
	case int(start) >= length:
		return length, length, true
	}
	return 0, 0, false
}

// splice replaces bytes inside of a buffer, which hosts don't: all of it is
// written anew.
func splice(b abi.BufferType, from, to int, data []byte) abi.Status {
	all, st := abi.GetBufferBytes(b, 0, abi.BufferEnd)
	if st != abi.StatusOK {
		return st
	}
	if from > to || to > len(all) {
		return abi.StatusInternalFailure
	}
	return abi.SetBufferBytes(b, 0, abi.BufferEnd, slices.Concat(all[:from], data, all[to:]))
}

// Cut implements flow.Calls.
func (d *side) Cut(start, n int) {
	splice(abi.BufferType(d.dir), start, start+n, nil)
}

// InjectEncodedData implements abi.Hook. What a plugin sends on passes the host's
// next filters only, so in a chain it must be the last that sees responses.
func (g *guest) InjectEncodedData(data []byte, end bool) abi.Status {
	if s := g.chained(); s != nil && g.acting.place > 0 {
		return abi.StatusUnimplemented
	}
	abi.SetHook(nil)
	defer abi.SetHook(g)
	return abi.InjectEncodedData(data, end)
}
