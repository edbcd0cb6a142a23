package filter

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

var (
	get  = [][2]string{{":method", "GET"}, {":path", "/p"}, {":authority", "a.test"}, {":scheme", "http"}}
	post = [][2]string{{":method", "POST"}, {":path", "/p"}, {":authority", "a.test"}, {":scheme", "http"}}
	ok   = [][2]string{{":status", "200"}}
)

// trace is what filters have done, in order.
type trace struct{ steps []string }

func (t *trace) add(parts ...string) { t.steps = append(t.steps, strings.Join(parts, " ")) }

func (t *trace) take() string {
	out := strings.Join(t.steps, ", ")
	t.steps = nil
	return out
}

func (t *trace) count(step string) (n int) {
	for _, s := range t.steps {
		if s == step {
			n++
		}
	}
	return n
}

// tracer has all methods but those that want whole messages. do says what a
// step does beyond noting itself.
type tracer struct {
	name string
	t    *trace
	s    *Stream
	do   map[string]func(f *tracer, arg any) Action
}

func (f *tracer) step(what string, arg any, shown ...string) Action {
	f.t.add(append([]string{f.name, what}, shown...)...)
	if do := f.do[f.name+" "+what]; do != nil {
		return do(f, arg)
	}
	return Continue
}

func end(b bool) string {
	if b {
		return "end"
	}
	return ""
}

func (f *tracer) DecodeHeaders(_ context.Context, h *Headers, e bool) Action {
	return f.step("DH", h)
}
func (f *tracer) DecodeData(_ context.Context, d *Data, e bool) Action {
	return f.step("DD", d, string(d.Bytes())+"|"+end(e))
}
func (f *tracer) DecodeTrailers(_ context.Context, h *Headers) Action {
	return f.step("DT", h, strconv.Itoa(h.Len()))
}
func (f *tracer) EncodeHeaders(_ context.Context, h *Headers, e bool) Action {
	return f.step("EH", h, h.Get(":status"))
}
func (f *tracer) EncodeData(_ context.Context, d *Data, e bool) Action {
	return f.step("ED", d, string(d.Bytes())+"|"+end(e))
}
func (f *tracer) EncodeTrailers(_ context.Context, h *Headers) Action {
	return f.step("ET", h, strconv.Itoa(h.Len()))
}
func (f *tracer) OnLog() { f.step("log", nil) }

// whole is a tracer that can take whole messages.
type whole struct{ tracer }

func (f *whole) DecodeRequest(_ context.Context, h *Headers, d *Data, t *Headers) Action {
	return f.step("DR", d, string(d.Bytes())+"|"+strconv.Itoa(t.Len()))
}
func (f *whole) EncodeResponse(_ context.Context, h *Headers, d *Data, t *Headers) Action {
	return f.step("ER", d, string(d.Bytes())+"|"+strconv.Itoa(t.Len()))
}

type steps = map[string]func(f *tracer, arg any) Action

func wait(*tracer, any) Action { return WaitAllData }

// tracers are the plugins a, b, c; those in wholes can take whole messages.
func tracers(t *trace, do steps, wholes string, options ...Option) (list []Definition) {
	for _, name := range []string{"a", "b", "c"} {
		if strings.Contains(wholes, name) {
			list = append(list, Plugin(name, nil, func(_ *struct{}, s *Stream) *whole {
				return &whole{tracer{name: name, t: t, s: s, do: do}}
			}, options...))
			continue
		}
		list = append(list, Plugin(name, nil, func(_ *struct{}, s *Stream) *tracer {
			return &tracer{name: name, t: t, s: s, do: do}
		}, options...))
	}
	return list
}

const all = `{"a":{},"b":{},"c":{}}`

// bundled starts a bundle.
func bundled(t testing.TB, config string, plugins []Definition, settings ...Setting) *plugintest.Host {
	t.Helper()
	t.Cleanup(func() { proxywasm.SetPanicPolicy(nil) })
	Bundle("edge", plugins, settings...)
	return plugintest.New(t, plugintest.Options{Config: []byte(config)})
}
