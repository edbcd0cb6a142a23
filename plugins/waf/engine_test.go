package main

import (
	"fmt"
	"runtime"
	"testing"

	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// live is how many engines are in memory.
func (e *engines) live() (n int) {
	for range 3 {
		runtime.GC()
	}
	for _, p := range e.known {
		if p.Value() != nil {
			n++
		}
	}
	return n
}

// A VM whose configuration is replaced again and again keeps no engine of those that
// are over, and configurations with the same rules share one.
func TestReplacedConfigurations(t *testing.T) {
	before := wafs.live()
	config := func(i int) []byte {
		return fmt.Appendf(nil, `{"useCRS":true,"secRules":["SecRule ARGS:a \"@streq %d\" \"id:1,phase:1,deny\""],"_rules_":[{"_match_domain_":["a.test"],"useCRS":true,"secRules":["SecRule ARGS:a \"@streq %d\" \"id:1,phase:1,deny\""]}]}`, i, i)
	}
	h := native.New(t, native.Options{Config: config(0), LogLevel: 4})
	for i := range 4 {
		if err := h.Configure(config(i)); err != nil {
			t.Fatal(err)
		}
		for value, want := range map[int]bool{i: true, i + 1: false} {
			ex := h.Send(native.Input{Headers: [][2]string{{":method", "GET"}, {":path", fmt.Sprintf("/?a=%d", value)}, {":scheme", "http"}, {":authority", "b.test"}, {"user-agent", "x"}, {"accept", "*/*"}}})
			if (ex.Reply != nil) != want {
				t.Errorf("configuration %d, a=%d: %+v", i, value, ex.Reply)
			}
			ex.End()
		}
	}
	if n := wafs.live() - before; n > 1 {
		t.Errorf("%d engines are kept, one is in use", n)
	}
	runtime.KeepAlive(h)
}
