package plugin

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// named is a handler that does nothing.
type named struct {
	name     string
	priority int
}

func (n named) ProcessRequest(context.Context, *http.Request) *Result   { return ResultContinue }
func (n named) ProcessResponse(context.Context, *http.Response) *Result { return ResultContinue }
func (n named) Name() string                                            { return n.name }
func (n named) Priority() int                                           { return n.priority }
func (n named) Cleanup() error                                          { return nil }

// counted is a Configurer that counts its ends.
type counted struct {
	named
	got    string
	refuse error
	ends   *int
	crash  bool
}

func (c *counted) Configure(json []byte) error {
	c.got = string(json)
	return c.refuse
}

func (c *counted) Cleanup() error {
	*c.ends++
	if c.crash {
		panic("in Cleanup")
	}
	return nil
}

// only makes f's registrations the only ones.
func only(t *testing.T, f func()) {
	t.Helper()
	before := proxywasm.GetVMContext()
	proxywasm.SetVMContext(nil)
	f()
	t.Cleanup(func() { proxywasm.SetVMContext(before) })
}

type settingsOf struct {
	Limit int `json:"limit" default:"3"`
}

// What is wrong with a module or its configuration is told when it starts.
func TestRefusedAtTheStart(t *testing.T) {
	plain := func(name string) func() { return func() { Register(func() Handler { return named{name, 0} }) } }
	for _, c := range []struct {
		name, config string
		register     []func()
		want         string // "" where it starts
	}{
		{"one", ``, []func(){plain("a")}, ""},
		{"two", `{}`, []func(){plain("a"), plain("b")}, ""},
		{"same names", `{}`, []func(){plain("a"), plain("b"), plain("a")}, `two handlers are named "a"`},
		{"no name", `{}`, []func(){plain("")}, "a handler has no name"},
		{"a nil handler", `{}`, []func(){func() { Register(func() Handler { return nil }) }}, "has returned a nil handler"},
		{"a nil function", `{}`, []func(){func() { Register(nil) }}, "plugin.Register was given nil"},
		{"a nil typed function", `{}`, []func(){func() { RegisterConfig[settingsOf]("a", nil) }}, "was given nil"},
		{"a typed nil", `{}`, []func(){typed("a", nil, nil)}, `for "a" has returned a nil handler`},
		{"a typed error", `{}`, []func(){typed("a", nil, errors.New("no luck"))}, `handler "a": no luck`},
		{"another name", `{}`, []func(){typed("a", named{"b", 0}, nil)}, `knows as "a" is named "b"`},
		{"typed", `{"limit":1}`, []func(){typed("a", named{"a", 0}, nil)}, ""},
		{"typed and wrong", `{"limit":"x"}`, []func(){typed("a", named{"a", 0}, nil)}, `handler "a": limit: must be`},
		{"typed and unknown", `{"limits":1}`, []func(){typed("a", named{"a", 0}, nil)}, `limits: unknown key`},
		{"a configuration nobody takes", `{"x":1}`, []func(){plain("a")}, "it takes no configuration"},
		{"parts", `{"b":{"limit":1}}`, []func(){plain("a"), typed("b", named{"b", 0}, nil)}, ""},
		{"a part nobody takes", `{"a":{}}`, []func(){plain("a"), plain("b")}, `handler "a": it takes no configuration`},
		{"a part of nobody", `{"c":{}}`, []func(){plain("a"), plain("b")}, `the key "c" is the name of no handler`},
		{"a key twice", `{"a":{},"a":{}}`, []func(){plain("a"), plain("b")}, `the key "a" is there twice`},
		{"no object", `[]`, []func(){plain("a")}, "want a JSON object"},
		{"rules", `{"_rules_":[{"_match_domain_":["a.test"],"limit":2}]}`, []func(){typed("a", named{"a", 0}, nil)}, ""},
		{"a wrong rule", `{"_rules_":[{"_match_domain_":["a.test"],"limit":""}]}`, []func(){typed("a", named{"a", 0}, nil)}, `_rules_[0]: handler "a": limit`},
		{"a panic", `{}`, []func(){func() { Register(func() Handler { panic("no") }) }}, "panicked in plugin_start"},
	} {
		t.Run(c.name, func(t *testing.T) {
			only(t, func() {
				for _, f := range c.register {
					f()
				}
			})
			h, err := plugintest.Start(t, plugintest.Options{Config: []byte(c.config)})
			if c.want == "" && err != nil || c.want != "" && err == nil {
				t.Fatalf("started: %v; log %v", err, h.Logs())
			}
			found := c.want == ""
			for _, l := range h.Logs() {
				found = found || strings.Contains(l.Message, c.want)
			}
			if !found {
				t.Errorf("the log lacks %q: %v", c.want, h.Logs())
			}
		})
	}
}

func typed(name string, h Handler, err error) func() {
	return func() { RegisterConfig(name, func(settingsOf) (Handler, error) { return h, err }) }
}

// Every handler that was made is cleaned up once: those of a configuration that
// is refused half-way, of one that is replaced, and of one whose last exchange
// ends later.
func TestCleanupOnce(t *testing.T) {
	made, ends := 0, 0
	refuse := false
	only(t, func() {
		for _, name := range []string{"a", "b"} {
			Register(func() Handler {
				made++
				c := &counted{named: named{name, 0}, ends: &ends, crash: name == "a"}
				if refuse && name == "b" {
					c.refuse = errors.New("not now")
				}
				return c
			})
		}
	})
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}})
	refuse = true
	if err := h.Configure([]byte(`{"a":{}}`)); err == nil {
		t.Fatal("the configuration was accepted")
	}
	if made != 4 || ends != 2 {
		t.Errorf("after a refused configuration: %d made, %d ended", made, ends)
	}
	refuse = false
	if err := h.Configure([]byte(`{"a":{}}`)); err != nil {
		t.Fatal(err)
	}
	if made != 6 || ends != 2 {
		t.Errorf("while an exchange uses the old ones: %d made, %d ended", made, ends)
	}
	ex.Respond([][2]string{{":status", "200"}})
	ex.End()
	if ends != 4 {
		t.Errorf("after its end: %d ended", ends)
	}
	if err := h.Configure(nil); err != nil || made != 8 || ends != 6 {
		t.Errorf("%v: %d made, %d ended", err, made, ends)
	}
}

// The parts go to their handlers as they are.
func TestParts(t *testing.T) {
	ends := 0
	a, b := &counted{named: named{"a", 0}, ends: &ends}, &counted{named: named{"b", 0}, ends: &ends}
	entries := []entry{{make: func() Handler { return a }}, {make: func() Handler { return b }}}
	if _, err := build(entries, []byte(`{"b": {"x": [1, 2]} , "_rules_":[], "_match_domain_":[]}`)); err != nil {
		t.Fatal(err)
	}
	if a.got != "{}" || b.got != `{"x": [1, 2]}` {
		t.Errorf("a got %s, b got %s", a.got, b.got)
	}
	if _, err := build(entries[:1], []byte(`{"b": {"x": 1}, "_rules_":[], "a b":"c"}`)); err != nil {
		t.Fatal(err)
	}
	if a.got != `{"b":{"x": 1},"a b":"c"}` {
		t.Errorf("a got %s", a.got)
	}
}

// 10 runs before 50 before 90; of the same number the one registered first.
func TestOrder(t *testing.T) {
	var entries []entry
	for _, h := range []named{{"c", 50}, {"z", 90}, {"d", 50}, {"a", 10}, {"first", -1}} {
		entries = append(entries, entry{make: func() Handler { return h }})
	}
	handlers, err := build(entries, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	order := ""
	for _, h := range handlers {
		order += h.Name() + " "
	}
	if order != "first a c d z " {
		t.Errorf("order %q", order)
	}
}
