package main

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// A stream that is held back with nothing under way that could resume it is
// answered at once.
func TestLostPauseIsAnswered(t *testing.T) {
	for name, r := range map[string]plugintest.Request{
		"request headers":  {Headers: do("lose")},
		"request body":     {Headers: do("lose in body"), Body: "body"},
		"response headers": {Headers: do("lose response")},
		"call's answer":    {Headers: do("call and lose")},
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, calling, func(t *testing.T, gw *plugintest.Gateway) {
				gw.AllowLog("a stream would hang")
				gw.Do(r).WantStatus(500)
				if r.Body == "" && name != "response headers" {
					gw.Backend.WantNone()
				}
				gw.WantLog(plugintest.Error, "a stream would hang")
				wantCount(t, gw, "sluice_streams_never_resumed", 1)
			})
		})
	}
}

// Resuming what is not held back does nothing, and is warned of once.
func TestResumeWhenNotPaused(t *testing.T) {
	const warning = "a stream was resumed that is not held back"
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		for i := range 2 {
			gw.Do(plugintest.Request{Headers: do("resume late"), Body: "body"}).WantStatus(200)
			gw.Backend.Want(i + 1)[i].WantHeader("x-name", "").WantBody("<body>")
		}
		gw.WantLog(plugintest.Warn, warning)
		if n := countLines(gw.Logs(), warning); n != 1 {
			t.Errorf("warned %d times, want once", n)
		}
	})
}

func countLines(lines []plugintest.Line, text string) (n int) {
	for _, l := range lines {
		n += strings.Count(l.Text, text)
	}
	return n
}

// A callback that resumes its own stream and then holds it back has not held it.
func TestResumeInsideOfCallback(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Do(plugintest.Request{Headers: do("resume"), Body: "body"}).WantStatus(200)
		gw.Backend.Only().WantHeader("x-name", "").WantBody("<body>")
	})
}

// Headers don't wait for a body that doesn't come.
func TestStopIterationWithoutBody(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Get("/", do("wait")...).WantStatus(200)
		gw.Backend.Only().WantHeader("x-late")
		if gw.Engine() != plugintest.Native { // said once in a VM, which natively is the process
			gw.WantLog(plugintest.Warn, "HeaderStopIteration")
		}
	})
}

// An answer of the plugin's own is the client's, and the backend hears nothing.
func TestOwnAnswer(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Do(plugintest.Request{Headers: do("deny"), Body: "body"}).WantStatus(403).WantHeader("x-why", "no key")
		gw.Backend.WantNone()
	})
}
