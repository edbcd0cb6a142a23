package bundle

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// resume is a direction of a stream that a plugin lets go on. It does so when
// the callback that runs has returned, as in hosts.
type resume struct {
	stream uint32
	dir    abi.StreamType
	entry  *entry
}

// ContinueStream implements abi.Hook.
func (g *guest) ContinueStream(dir abi.StreamType) abi.Status {
	id := dispatch.Current().Active()
	if s := g.stream(id); s != nil && s.root.chain && dir <= abi.StreamResponse {
		g.resumes = append(g.resumes, resume{id, dir, g.acting})
		return abi.StatusOK
	}
	abi.SetHook(nil)
	defer abi.SetHook(g)
	return abi.ContinueStream(dir)
}

// settle does what plugins have asked for in the callback that ends now, and in
// those that follow from it.
func (g *guest) settle() {
	for i := 0; i < len(g.resumes); i++ { // it can grow meanwhile
		r := g.resumes[i]
		s := g.stream(r.stream)
		if s == nil || s.root != r.entry.root {
			continue
		}
		flow := &s.flows[r.dir]
		flow.Resume(r.entry.placeIn(r.dir))
		if !s.running[r.dir] && flow.Released() {
			g.become(s.id)
			abi.ContinueStream(r.dir)
		}
	}
	g.resumes = g.resumes[:0]
}

// SetEffectiveContext implements abi.Hook.
func (g *guest) SetEffectiveContext(id uint32) abi.Status {
	abi.SetHook(nil)
	defer abi.SetHook(g)
	st := abi.SetEffectiveContext(id)
	if st == abi.StatusOK {
		g.host = id
	}
	return st
}

// SendLocalResponse implements abi.Hook. A stream has one answer in each half of
// it: hosts ignore a second one, or die of it.
func (g *guest) SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpc int32) abi.Status {
	s := g.chained()
	half := abi.StreamRequest
	if s != nil && s.responding {
		half = abi.StreamResponse
	}
	if s != nil && (s.over || s.answered[half]) {
		return abi.StatusOK
	}
	abi.SetHook(nil)
	defer abi.SetHook(g)
	st := abi.SendLocalResponse(status, detail, body, headers, grpc)
	if s != nil && st == abi.StatusOK {
		s.answered[half] = true
	}
	return st
}

// CloseStream implements abi.Hook.
func (g *guest) CloseStream(dir abi.StreamType) abi.Status {
	if s := g.chained(); s != nil {
		s.over = true
	}
	abi.SetHook(nil)
	defer abi.SetHook(g)
	return abi.CloseStream(dir)
}

// chained returns the stream that calls act on where several plugins share it,
// nil otherwise.
func (g *guest) chained() *stream {
	if s := g.stream(dispatch.Current().Active()); s != nil && s.root.chain {
		return s
	}
	return nil
}
