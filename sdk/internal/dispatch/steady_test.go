package dispatch

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// steadyVM makes plugin contexts that say they are steady.
type steadyVM struct {
	types.DefaultVMContext
	vm      *VM
	end     bool
	wrapped bool
	made    *steadyPlugin
}

func (c *steadyVM) NewPluginContext(id uint32) types.PluginContext {
	c.made = &steadyPlugin{}
	c.vm.Steady(id, c.made, c.end)
	if c.wrapped {
		return &otherPlugin{c.made}
	}
	return c.made
}

type steadyPlugin struct {
	types.DefaultPluginContext
	panics    bool
	made, end int
}

func (p *steadyPlugin) NewHttpContext(uint32) types.HttpContext {
	if p.made++; p.panics {
		panic("made")
	}
	return &steadyStream{p: p}
}

// otherPlugin has code of its own around a context that is steady.
type otherPlugin struct{ *steadyPlugin }

type steadyStream struct {
	types.DefaultHttpContext
	p *steadyPlugin
}

func (s *steadyStream) OnHttpStreamDone() {
	if s.p.end++; s.p.panics {
		panic("end")
	}
}

// begin registers c and makes its plugin context, 1.
func begin(t *testing.T, c *steadyVM) *VM {
	v, _ := start(t, &fakePlugin{})
	registered.vm, c.vm = c, v
	v.OnContextCreate(1, 0)
	return v
}

// A steady context's streams are made and ended once, as others.
func TestSteady(t *testing.T) {
	for _, end := range []bool{false, true} {
		c := &steadyVM{end: end}
		v := begin(t, c)
		for id := uint32(2); id < 5; id++ {
			v.OnContextCreate(id, 1)
			if v.OnRequestHeaders(id, 1, true) != 0 {
				t.Errorf("end %v: stream %d does not go on", end, id)
			}
			v.OnLog(id)
			v.OnDelete(id)
		}
		if c.made.made != 3 || c.made.end != 3 {
			t.Errorf("end %v: %d made, %d ended, want 3 of each", end, c.made.made, c.made.end)
		}
	}
}

// Code around a steady context may panic, and is guarded.
func TestSteadyWithin(t *testing.T) {
	c := &steadyVM{end: true, wrapped: true}
	v := begin(t, c)
	v.OnContextCreate(2, 1)
	c.made.panics = true
	v.OnDelete(2)
	v.OnContextCreate(3, 1)
	if v.OnRequestHeaders(3, 1, true) == 0 {
		t.Error("a stream without a context goes on")
	}
	if c.made.made != 2 || c.made.end != 1 {
		t.Errorf("%d made, %d ended", c.made.made, c.made.end)
	}
}

// A context whose end is the plugin's own code is guarded there.
func TestSteadyBeginning(t *testing.T) {
	c := &steadyVM{}
	v := begin(t, c)
	v.OnContextCreate(2, 1)
	c.made.panics = true
	v.OnDelete(2)
	if c.made.end != 1 {
		t.Errorf("%d ended", c.made.end)
	}
}
