package plugintest

import (
	"strings"
	"testing"
)

// Run runs body once on each engine, as subtests named on/native, on/compiler,
// on/interpreter and on/envoy, which run at the same time, and returns when all
// are over. The plugin is started for each anew. On Envoy test cases take turns:
// a test binary has one Envoy, and a body can't call Run.
//
// A test fails where the plugin refuses to start, where the plugin or the
// gateway logs an error that the body did not expect (see Gateway.WantLog), and
// where a request gets no answer.
func Run(t *testing.T, p Plugin, body func(t *testing.T, gw *Gateway)) {
	t.Helper()
	each(t, p, func(t *testing.T, e Engine) {
		On(t, e, p, func(gw *Gateway) { body(t, gw) })
	})
}

// RunRefused tests on each engine that the plugin refuses to start, and that it
// logs, as an error or worse, a line with each of the texts.
func RunRefused(t *testing.T, p Plugin, texts ...string) {
	t.Helper()
	each(t, p, func(t *testing.T, e Engine) { refused(t, e, p, texts) })
}

func refused(t testing.TB, e Engine, p Plugin, texts []string) {
	t.Helper()
	gw, err := start(t, e, p)
	if err == nil {
		t.Fatalf("%s: the plugin started; want it to refuse", e)
	}
	for _, text := range texts {
		if !eventually(func() bool { return gw.logs.has(text) || strings.Contains(err.Error(), text) }) {
			t.Errorf("%s: no line says %q: %v\n%s", e, text, err, indent(gw.logs.all()))
		}
	}
}

// has reports whether an error or critical line has the text in it.
func (l *logs) has(text string) bool { return l.find(Error, text) || l.find(Critical, text) }

// each calls f on each engine that the environment chooses and that can run the
// plugin.
func each(t *testing.T, p Plugin, f func(t *testing.T, e Engine)) {
	t.Helper()
	engines, err := chosen()
	if err != nil {
		t.Fatal(err)
	}
	// The group makes t.Run wait for parallel subtests.
	t.Run("on", func(t *testing.T) {
		for _, e := range engines {
			t.Run(string(e), func(t *testing.T) {
				t.Parallel()
				p.skipWhereLacking(t, e)
				f(t, e)
			})
		}
	})
}
