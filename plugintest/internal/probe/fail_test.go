package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
)

// failing says that this process is the one whose tests must fail.
const failing = "SLUICE_TEST_MUST_FAIL"

// bodies must fail, each on every engine.
var bodies = map[string]struct {
	p    plugin
	f    func(t *testing.T, gw *gateway)
	says string
}{
	"status":      {f: func(_ *testing.T, gw *gateway) { gw.Get("/").WantStatus(404) }, says: "want 404"},
	"body":        {f: func(_ *testing.T, gw *gateway) { gw.Get("/").WantBody("x") }, says: "the body differs"},
	"header":      {f: func(_ *testing.T, gw *gateway) { gw.Get("/").WantHeader("x-absent", "1") }, says: "x-absent is []"},
	"broken":      {f: func(_ *testing.T, gw *gateway) { gw.Get("/").WantBroken() }, says: "want it broken off"},
	"error line":  {f: func(_ *testing.T, gw *gateway) { gw.Get("/", do("error")) }, says: "unexpected log line"},
	"log":         {f: func(_ *testing.T, gw *gateway) { gw.WantLog(plugintest.Info, "never") }, says: "no info line"},
	"metric":      {f: func(_ *testing.T, gw *gateway) { gw.WantMetric("probe_done", 5) }, says: "want 5"},
	"slow":        {f: slow, says: "no answer within"},
	"none":        {f: func(_ *testing.T, gw *gateway) { gw.Get("/"); gw.Backend.WantNone() }, says: "want none"},
	"only":        {f: func(_ *testing.T, gw *gateway) { gw.Get("/"); gw.Get("/"); gw.Backend.Only() }, says: "want 1"},
	"seen":        {f: func(_ *testing.T, gw *gateway) { gw.Get("/"); gw.Backend.Only().WantHeader("x-mark", "no") }, says: `want ["no"]`},
	"seen line":   {f: func(_ *testing.T, gw *gateway) { gw.Get("/"); gw.Backend.Only().WantLine("GET", "/x") }, says: "request differs"},
	"wait":        {f: func(_ *testing.T, gw *gateway) { gw.Backend.Wait("x", nil) }, says: "x did not happen"},
	"eventually":  {f: func(_ *testing.T, gw *gateway) { gw.Eventually("y", func() bool { return false }) }, says: "y did not happen"},
	"cluster":     {f: func(_ *testing.T, gw *gateway) { gw.Cluster("none") }, says: `no cluster "none"`},
	"clock":       {f: func(_ *testing.T, gw *gateway) { gw.Advance(time.Hour) }, says: "set Plugin.Clock"},
	"refused":     {p: plugin{Config: `{"refuse":true}`}, f: func(*testing.T, *gateway) {}, says: "does not start"},
	"named twice": {p: plugin{Clusters: []string{"a", "a"}}, f: func(*testing.T, *gateway) {}, says: "named twice"},
	"trap":        {p: plugin{Module: tiny{}, Config: "%"}, f: func(_ *testing.T, gw *gateway) { gw.Get("/") }, says: "unexpected log line"},
	"fail":        {f: func(t *testing.T, _ *gateway) { t.Fail() }},
}

// slow asks a backend that is slower than the client is patient.
func slow(_ *testing.T, gw *gateway) {
	gw.Backend.Answer(answer{Delay: time.Second})
	gw.Do(request{Patience: 200 * time.Millisecond})
}

// TestBodiesThatFail is run by TestThatBodiesFail.
func TestBodiesThatFail(t *testing.T) {
	if os.Getenv(failing) == "" {
		t.Skip("run by TestThatBodiesFail")
	}
	for name, b := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plugintest.Run(t, b.p, b.f)
		})
	}
	t.Run("not refused", func(t *testing.T) { plugintest.RunRefused(t, plugin{}) })
	t.Run("another reason", func(t *testing.T) {
		plugintest.RunRefused(t, plugin{Config: `{"refuse":true}`}, "something else")
	})
}

func TestThatBodiesFail(t *testing.T) {
	out := rerun(t, "^TestBodiesThatFail$", failing+"=1")
	engines := []string{"native", "compiler", "interpreter"}
	if os.Getenv("ENVOY") != "" {
		engines = append(engines, "envoy")
	}
	for name, b := range bodies {
		name = strings.ReplaceAll(name, " ", "_")
		for _, e := range engines {
			if e == "native" && b.p.Module != nil {
				continue // it can't run that
			}
			if !strings.Contains(out, "--- FAIL: TestBodiesThatFail/"+name+"/on/"+e+" ") {
				t.Errorf("%s did not fail on %s", name, e)
			}
		}
		if got := strings.Count(out, b.says); got < len(engines)-1 {
			t.Errorf("%q is there %d times, want %d", b.says, got, len(engines))
		}
	}
	for _, e := range engines {
		for _, name := range []string{"not_refused", "another_reason"} {
			if !strings.Contains(out, "--- FAIL: TestBodiesThatFail/"+name+"/on/"+e+" ") {
				t.Errorf("%s did not fail on %s", name, e)
			}
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

// rerun runs tests of this binary that must fail, and returns what they say.
func rerun(t *testing.T, run string, env ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", run, "-test.v")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("the tests passed:\n%s", out)
	}
	return string(out)
}
