package full

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/istio/chain"
)

// traceStep is a step of sluice trace --output json.
type traceStep struct {
	Name, State, Do string
	Evidence        []string
}

// TestTrace: sluice trace follows a plugin through istiod, Istio's agent and Envoy,
// and names the step that fails: a tag that the registry doesn't have, whose
// stand-in Envoy acknowledges, and a configuration that Envoy refuses.
func TestTrace(t *testing.T) {
	istiod := chain.StartIstiod(t, chain.StartKube(t))
	s := chain.StartStack(t, istiod)
	image := s.Image("lab/traced")
	wasm := s.Build(filepath.Join(chain.Repository(t), "plugins", "mock-response"))
	s.Push(wasm, image+":v1")
	trace := func() map[string]traceStep {
		t.Helper()
		cmd := exec.Command(chain.Command(t), "trace", "-f", filepath.Join(s.Home(), "plugin.yaml"), "--wasm", wasm, "--plain-http", "--kubeconfig", istiod.Config,
			"--istiod", istiod.Debug(), "--envoy-admin", s.Gateway.AdminURL(), "--url", s.Gateway.URL("/foo"), "--expect-body", "hello foo", "--output", "json")
		out, err := cmd.Output()
		var report struct{ Traces []struct{ Steps []traceStep } }
		if jsonErr := json.Unmarshal(out, &report); jsonErr != nil || len(report.Traces) != 1 {
			t.Fatalf("%v: %v\n%s", err, jsonErr, out)
		}
		steps, failed := map[string]traceStep{}, false
		for _, step := range report.Traces[0].Steps {
			steps[step.Name] = step
			failed = failed || step.State == "fail"
		}
		if failed != (err != nil) {
			t.Errorf("exit: %v\n%s", err, out)
		}
		return steps
	}
	apply := func(tag string, config map[string]any, want map[string]string) map[string]traceStep {
		t.Helper()
		text := chain.WasmPlugin("custom-response", "oci://"+image+":"+tag, config, nil)
		s.Write("plugin.yaml", []byte(text))
		s.Apply(text)
		return await(t, trace, want)
	}
	all := map[string]string{"compile": "ok", "package": "ok", "push": "ok", "resource": "ok", "watch": "ok", "deliver": "ok",
		"pull": "ok", "extract": "ok", "configure": "ok", "load": "ok", "request": "ok"}
	apply("v1", chain.Answers(), all)

	got := apply("v2", chain.Answers(), map[string]string{"push": "fail", "watch": "ok", "deliver": "ok", "pull": "fail", "configure": "fail", "load": "fail", "request": "fail"})
	if p := got["pull"]; !strings.Contains(strings.Join(p.Evidence, " "), "RBAC") || !strings.Contains(p.Do, "--pull-again") {
		t.Errorf("%+v", p)
	}
	s.Push(wasm, image+":v2")
	apply("v2", map[string]any{"content": "hello foo"}, all)

	got = apply("v2", map[string]any{"content": []int{1}}, map[string]string{"resource": "ok", "watch": "ok", "deliver": "fail", "request": "ok"})
	if d := got["deliver"]; !strings.Contains(strings.Join(d.Evidence, " "), "refused") {
		t.Errorf("%+v", d)
	}
}

// await traces until the steps are as wanted.
func await(t *testing.T, trace func() map[string]traceStep, want map[string]string) map[string]traceStep {
	t.Helper()
	deadline := time.Now().Add(changeTime)
	for {
		got, wrong := trace(), ""
		for name, state := range want {
			if got[name].State != state {
				wrong = name
			}
		}
		if wrong == "" {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not %s: %+v", wrong, want[wrong], got)
		}
		time.Sleep(300 * time.Millisecond)
	}
}
