package plugintest

import (
	"testing"
	"time"
)

// On starts the plugin on one engine and runs body. It is Run for those who have
// no *testing.T, or choose engines themselves: t can be anything that embeds a
// testing.TB. What it starts ends with t's Cleanup functions. Where the engine
// can't run the plugin, t is skipped with the reason.
func On(t testing.TB, e Engine, p Plugin, body func(gw *Gateway)) {
	t.Helper()
	began := time.Now()
	p.skipWhereLacking(t, e)
	var gw *Gateway
	t.Cleanup(func() { // the last one: what ends may log errors too
		if gw != nil {
			gw.logs.check(t)
		}
	})
	var err error
	gw, err = start(t, e, p)
	if err != nil {
		gw.AllowLog("")
		t.Fatalf("%s: the plugin does not start: %v\n%s", e, err, indent(gw.logs.all()))
	}
	ready := time.Now()
	t.Cleanup(func() {
		t.Logf("started in %v, ran %v", ready.Sub(began)-gw.waited, time.Since(ready))
	})
	body(gw)
}

// OnRefused is RunRefused on one engine, for a t as On takes it.
func OnRefused(t testing.TB, e Engine, p Plugin, texts ...string) {
	t.Helper()
	p.skipWhereLacking(t, e)
	refused(t, e, p, texts)
}

func (p Plugin) skipWhereLacking(t testing.TB, e Engine) {
	t.Helper()
	for _, feature := range p.needs() {
		if l, ok := lack(e, feature); ok {
			t.Skip(l)
		}
	}
}
