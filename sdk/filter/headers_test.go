package filter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// fakeMap is headers at a host that notes how it is called.
type fakeMap struct {
	pairs [][2]string
	calls []string
	fails error
}

func (f *fakeMap) access() access {
	note := func(call string) error { f.calls = append(f.calls, call); return f.fails }
	return access{
		all: func() ([][2]string, error) {
			if len(f.pairs) == 0 {
				return nil, types.ErrorStatusNotFound
			}
			return f.pairs, note("all")
		},
		replaceAll: func(p [][2]string) error { f.pairs = slices.Clone(p); return note("set") },
		add: func(name, value string) error {
			f.pairs = append(f.pairs, [2]string{name, value})
			return note("add")
		},
		replace: func(name, value string) error {
			i := slices.IndexFunc(f.pairs, func(p [2]string) bool { return p[0] == name })
			rest := slices.DeleteFunc(slices.Clone(f.pairs[i+1:]), func(p [2]string) bool { return p[0] == name })
			f.pairs = append(append(slices.Clone(f.pairs[:i]), [2]string{name, value}), rest...)
			return note("replace")
		},
		remove: func(name string) error {
			f.pairs = slices.DeleteFunc(slices.Clone(f.pairs), func(p [2]string) bool { return p[0] == name })
			return note("remove")
		},
	}
}

func (f *fakeMap) text() string {
	parts := make([]string, len(f.pairs))
	for i, p := range f.pairs {
		parts[i] = p[0] + "=" + p[1]
	}
	return strings.Join(parts, " ")
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// Headers are read once and differences are written once, with few calls.
func TestHeadersAreWrittenOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(h *Headers)
		want   string
		calls  string
	}{
		{"nothing", func(h *Headers) {}, "a=1 b=2 b=3 c=4", ""},
		{"reading", func(h *Headers) { h.Get("A"); h.Values("b"); h.Len() }, "a=1 b=2 b=3 c=4", "all"},
		{"add", func(h *Headers) { try(t, h.Add("D", "5")) }, "a=1 b=2 b=3 c=4 d=5", "all add"},
		{"add to one", func(h *Headers) { try(t, h.Add("b", "5")) }, "a=1 b=2 b=3 c=4 b=5", "all add"},
		{"set", func(h *Headers) { try(t, h.Set("A", "9")) }, "a=9 b=2 b=3 c=4", "all replace"},
		{"set many", func(h *Headers) { try(t, h.Set("b", "9")) }, "a=1 b=9 c=4", "all replace"},
		{"set new", func(h *Headers) { try(t, h.Set("d", "9")) }, "a=1 b=2 b=3 c=4 d=9", "all add"},
		{"del", func(h *Headers) { try(t, h.Del("B")) }, "a=1 c=4", "all remove"},
		{"del none", func(h *Headers) { try(t, h.Del("x")) }, "a=1 b=2 b=3 c=4", "all"},
		{"there and back", func(h *Headers) { try(t, h.Set("a", "9")); try(t, h.Set("a", "1")) }, "a=1 b=2 b=3 c=4", "all"},
		{"add and del", func(h *Headers) { try(t, h.Add("d", "9")); try(t, h.Del("d")) }, "a=1 b=2 b=3 c=4", "all"},
		{"del and add", func(h *Headers) { try(t, h.Del("b")); try(t, h.Add("b", "7")); try(t, h.Add("b", "8")) },
			"a=1 c=4 b=7 b=8", "all remove add add"},
		{"three", func(h *Headers) { try(t, h.Set("a", "9")); try(t, h.Del("c")); try(t, h.Add("d", "5")) }, "a=9 b=2 b=3 d=5", "all replace remove add"},
		{"many", func(h *Headers) {
			for i := range 5 {
				try(t, h.Add(fmt.Sprint("n", i), "x"))
			}
		}, "a=1 b=2 b=3 c=4 n0=x n1=x n2=x n3=x n4=x", "all set"},
	} {
		f := &fakeMap{pairs: [][2]string{{"a", "1"}, {"b", "2"}, {"b", "3"}, {"c", "4"}}}
		before := slices.Clone(f.pairs)
		original := f.pairs
		h := &Headers{host: f.access(), here: true}
		c.change(h)
		try(t, h.flush())
		try(t, h.flush())
		if got := f.text(); got != c.want || strings.Join(f.calls, " ") != c.calls {
			t.Errorf("%s: %s, calls %v; want %s, calls %s", c.name, got, f.calls, c.want, c.calls)
		}
		if !slices.Equal(original, before) {
			t.Errorf("%s: what the host handed over was written to", c.name)
		}
	}
}

func TestHeadersRefuse(t *testing.T) {
	f := &fakeMap{pairs: [][2]string{{"a", "1"}}}
	h := &Headers{host: f.access(), here: true}
	for _, c := range [][2]string{{"", "x"}, {"a\n", "x"}, {"a", "x\r"}, {"a", "x\x00"}} {
		if err := h.Set(c[0], c[1]); !errors.Is(err, types.ErrInvalidHeader) {
			t.Errorf("Set(%q): %v", c, err)
		}
		if err := h.Add(c[0], c[1]); !errors.Is(err, types.ErrInvalidHeader) {
			t.Errorf("Add(%q): %v", c, err)
		}
	}
	try(t, h.flush())
	if h.gone = true; !errors.Is(h.Set("a", "2"), ErrHeadersGone) || !errors.Is(h.Del("a"), ErrHeadersGone) || h.Get("a") != "1" {
		t.Error("headers that have gone were changed")
	}
	var none *Headers
	if none.Get("a") != "" || none.Len() != 0 || !errors.Is(none.Add("a", "b"), ErrHeadersGone) || none.Values("a") != nil {
		t.Error("trailers that aren't there")
	}
	broken := &Headers{host: (&fakeMap{pairs: f.pairs, fails: types.ErrorInternalFailure}).access(), here: true}
	if broken.Get("a") != "" || broken.Set("a", "b") == nil || broken.Del("a") == nil || broken.err == nil {
		t.Error("headers that can't be read were changed")
	}
	late := &fakeMap{pairs: f.pairs}
	h = &Headers{host: late.access(), here: true}
	try(t, h.Set("a", "2"))
	if late.fails = types.ErrorStatusBadArgument; h.flush() == nil {
		t.Error("a write that failed is no error")
	}
	empty := &Headers{host: (&fakeMap{}).access(), here: true}
	if try(t, empty.Add("a", "1")); empty.Len() != 1 {
		t.Error("headers where there were none")
	}
	many := &Headers{host: (&fakeMap{}).access(), here: true}
	for range 1025 {
		try(t, many.Add("a", "1"))
	}
	if err := many.flush(); !errors.Is(err, types.ErrTooManyHeaders) {
		t.Errorf("1025 headers: %v", err)
	}
}

// Any sequence of changes gives at the host what it gives here, as far as the
// values of each name go.
func FuzzHeaders(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Fuzz(func(t *testing.T, ops []byte) {
		m := &fakeMap{pairs: [][2]string{{"a", "1"}, {"b", "2"}, {"a", "3"}}}
		h := &Headers{host: m.access(), here: true}
		for i, op := range ops[:min(len(ops), 100)] {
			name := string("abcd"[op%4])
			switch op / 4 % 4 {
			case 0:
				try(t, h.Add(name, fmt.Sprint(i)))
			case 1:
				try(t, h.Set(name, fmt.Sprint(i)))
			case 2:
				try(t, h.Del(name))
			case 3:
				try(t, h.flush())
			}
		}
		try(t, h.flush())
		for _, name := range []string{"a", "b", "c", "d"} {
			if got, want := valuesOf(m.pairs, name), h.Values(name); !slices.Equal(got, want) {
				t.Errorf("%v: the host has %s = %q, want %q", ops, name, got, want)
			}
		}
	})
}

// counting is a host that counts calls and does next to nothing.
type counting struct {
	abi.Host // what is not implemented panics
	calls    map[string]int
	config   string
}

func (c *counting) count(what string) abi.Status { c.calls[what]++; return abi.StatusOK }

func (c *counting) Log(abi.LogLevel, string) abi.Status { return abi.StatusOK }
func (c *counting) GetLogLevel() (abi.LogLevel, abi.Status) {
	return abi.LogWarn, abi.StatusOK
}
func (c *counting) GetProperty([]string) ([]byte, abi.Status) {
	return nil, abi.StatusNotFound
}
func (c *counting) GetHeaderMapPairs(abi.MapType) ([][2]string, abi.Status) {
	return [][2]string{{":method", "GET"}, {":authority", "a"}}, c.count("pairs")
}
func (c *counting) AddHeaderMapValue(abi.MapType, string, string) abi.Status { return c.count("add") }
func (c *counting) SetHeaderMapPairs(abi.MapType, [][2]string) abi.Status    { return c.count("set") }
func (c *counting) GetBufferBytes(b abi.BufferType, _, _ int32) ([]byte, abi.Status) {
	if b == abi.BufferPluginConfig {
		return []byte(c.config), abi.StatusOK
	}
	return []byte("body"), c.count("body")
}
func (c *counting) SetBufferBytes(abi.BufferType, int32, int32, []byte) abi.Status {
	return c.count("setbody")
}
func (c *counting) RemoveHeaderMapValue(abi.MapType, string) abi.Status { return c.count("remove") }

type hello struct{ value string }

func (f *hello) DecodeHeaders(_ context.Context, h *Headers, _ bool) Action {
	if err := h.Add("hello", f.value); err != nil {
		return Fail(err)
	}
	return Continue
}

func hellos(n int) (list []Definition, config string) {
	for i := range n {
		name := fmt.Sprint("h", i)
		list = append(list, Plugin(name, nil, func(*struct{}, *Stream) *hello { return &hello{name} }))
		config += fmt.Sprintf(`,%q:{}`, name)
	}
	return list, "{" + config[1:] + "}"
}

func startCounting(t testing.TB, config string, plugins []Definition) (*dispatch.VM, *counting) {
	c := &counting{calls: map[string]int{}, config: config}
	v := dispatch.NewVM()
	host, vm := abi.SetHost(c), dispatch.SetCurrent(v)
	t.Cleanup(func() { abi.SetHost(host); dispatch.SetCurrent(vm); proxywasm.SetPanicPolicy(nil) })
	Bundle("edge", plugins)
	v.OnContextCreate(1, 0)
	if !v.OnConfigure(1, int32(len(config))) {
		t.Fatal("refused")
	}
	clear(c.calls)
	return v, c
}

func one(v *dispatch.VM, id uint32, body bool) {
	v.OnContextCreate(id, 1)
	v.OnRequestHeaders(id, 5, !body)
	if body {
		v.OnRequestBody(id, 4, true)
	}
	v.OnResponseHeaders(id, 2, true)
	v.OnLog(id)
	v.OnDone(id)
	v.OnDelete(id)
}

// However many filters there are, headers and bodies are fetched once; what
// nobody looks at is not fetched.
func TestCallsIntoTheHost(t *testing.T) {
	for n, want := range map[int]string{1: "map[add:1 pairs:1]", 3: "map[add:3 pairs:1]", 4: "map[pairs:1 set:1]", 20: "map[pairs:1 set:1]"} {
		plugins, config := hellos(n)
		v, c := startCounting(t, config, plugins)
		one(v, 2, true)
		if got := fmt.Sprint(c.calls); got != want {
			t.Errorf("%d filters: %s, want %s", n, got, want)
		}
	}
	var tr trace
	v, c := startCounting(t, all, tracers(&tr, nil, "", ReadsBodies()))
	one(v, 2, true)
	if got, want := fmt.Sprint(c.calls), "map[body:1 pairs:2]"; got != want {
		t.Errorf("tracers: %s, want %s", got, want)
	}
	v, c = startCounting(t, `{"x":{}}`, []Definition{Plugin("x", nil, newLogger)})
	one(v, 2, true)
	if got := fmt.Sprint(c.calls); got != "map[]" {
		t.Errorf("a filter that looks at nothing: %s", got)
	}
}

type pathTeller struct {
	s   *Stream
	got *string
}

func (f *pathTeller) EncodeHeaders(context.Context, *Headers, bool) Action {
	*f.got = f.s.HTTP().Method() + " " + f.s.HTTP().Host()
	return Continue
}

// What the wrapper tells of the request is known after its headers have gone.
func TestRequestInTheResponse(t *testing.T) {
	got := ""
	v, c := startCounting(t, `{"x":{}}`, []Definition{Plugin("x", nil, func(_ *struct{}, s *Stream) *pathTeller { return &pathTeller{s, &got} })})
	one(v, 2, false)
	if calls := fmt.Sprint(c.calls); got != "GET a" || calls != "map[pairs:1]" {
		t.Errorf("%q, calls %s", got, calls)
	}
}

type logger struct{}

func (*logger) OnLog() {}

func newLogger(*struct{}, *Stream) *logger { return &logger{} }

func BenchmarkHello(b *testing.B) {
	for _, n := range []int{1, 4} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			plugins, config := hellos(n)
			v, _ := startCounting(b, config, plugins)
			b.ReportAllocs()
			for b.Loop() {
				one(v, 2, false)
			}
		})
	}
}
