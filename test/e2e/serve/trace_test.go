package serve

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/deliver/trace"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// traced runs sluice trace on the lab's plugin, with the file of a version.
func (l *lab) traced(version, config string, args ...string) map[string]trace.Step {
	l.t.Helper()
	path, err := command()
	if err != nil {
		l.t.Fatal(err)
	}
	args = append([]string{"trace", "-f", filepath.Join(l.dir, "stamp.yaml"), "--wasm", filepath.Join(l.root, version+".wasm"), "--plain-http",
		"--server", harness.URL(l.admin, ""), "--envoy-admin", harness.URL(l.envoyAdm, ""), "--url", l.url("/"),
		"--expect-header", "x-code: " + version, "--expect-header", "x-config: " + config, "--output", "json"}, args...)
	out, err := exec.Command(path, args...).Output()
	var r trace.Report
	if jsonErr := json.Unmarshal(out, &r); jsonErr != nil || len(r.Traces) != 1 {
		l.t.Fatalf("%v %v: %s", err, jsonErr, out)
	}
	if failed := len(r.Failed()) > 0; failed != (err != nil) {
		l.t.Errorf("failed %q, and the exit is %v", r.Failed(), err)
	}
	steps := map[string]trace.Step{}
	for _, s := range r.Traces[0].Steps {
		steps[s.Name] = s
	}
	return steps
}

// are fails unless exactly the steps named are as wanted, and all others ok. It waits
// for what is on its way.
func (l *lab) are(look func() map[string]trace.Step, want map[string]trace.State) map[string]trace.Step {
	l.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		steps, wrong := look(), ""
		for name, s := range steps {
			state, named := want[name]
			if !named {
				state = trace.OK
			}
			if s.State != state && (named || name != "reload") {
				wrong += fmt.Sprintf("%s is %s, want %s: %q\n", name, s.State, state, s.Evidence)
			}
		}
		if wrong == "" {
			return steps
		}
		if time.Now().After(deadline) {
			l.t.Fatal(wrong)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func says(t *testing.T, s trace.Step, text string) {
	t.Helper()
	if all := strings.Join(s.Evidence, "\n") + "\n" + s.Do; !strings.Contains(all, text) {
		t.Errorf("%s does not say %q: %s", s.Name, text, all)
	}
}

// TestTrace follows a plugin through a registry, sluice serve and Envoy; then things
// break, one after the other, on each side.
func TestTrace(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	l.signed()
	l.args = append(l.args, "--no-trial")
	url := l.push("VERSION-0001")
	const one, two = `{"v":"1"}`, `{"v":"2"}`
	l.apply("stamp", url, one)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	first := func() map[string]trace.Step {
		return l.traced("VERSION-0001", one, "--key", filepath.Join(l.root, "key.pub"))
	}
	steps := l.are(first, map[string]trace.State{"reload": trace.Unknown})
	says(t, steps["push"], "signed with")
	says(t, steps["configure"], "gw-0, Envoy 1.")

	// A change, which no listener takes part in.
	l.apply("stamp", url, two)
	l.waitHeader("/", "X-Config", two)
	second := func() map[string]trace.Step { return l.traced("VERSION-0001", two) }
	l.are(second, map[string]trace.State{"reload": trace.OK})

	// Envoy refuses a configuration.
	l.apply("stamp", url, `{"v":"!"}`)
	steps = l.are(second, map[string]trace.State{"deliver": trace.Fail})
	says(t, steps["deliver"], "gw-0 refused version")
	l.apply("stamp", url, two)
	l.are(second, nil)

	// The file that was compiled is newer than all else.
	l.stamp("VERSION-0002")
	steps = l.are(func() map[string]trace.Step { return l.traced("VERSION-0002", two) },
		map[string]trace.State{"package": trace.Fail, "extract": trace.Fail, "configure": trace.Fail, "request": trace.Fail})
	says(t, steps["package"], "sluice push")
	says(t, steps["request"], `X-Code: "VERSION-0001"`)

	// The tag moves, and nothing asks for it again.
	l.push("VERSION-0002")
	l.retag("version-0002", "version-0001")
	steps = l.are(second, map[string]trace.State{"package": trace.Fail, "pull": trace.Fail})
	says(t, steps["pull"], "--refresh")

	// The registry dies: what serves goes on, and the steps after it are asked.
	l.registry.Close()
	steps = l.are(second, map[string]trace.State{"push": trace.Fail, "package": trace.Unknown})
	says(t, steps["push"], "refused")

	// Envoy loses its file's content: what it names is no longer the module.
	for _, file := range l.modules() {
		if err := os.WriteFile(file, l.stampCode("VERSION-0009"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	steps = second()
	says(t, steps["configure"], "Envoy has another module")

	// Then the control plane, and Envoy.
	l.serve.Signal(killed)
	l.serve.Wait(patience)
	steps = second()
	if steps["watch"].State != trace.Fail || steps["deliver"].State != trace.Unknown || steps["load"].State != trace.OK || steps["request"].State != trace.OK {
		t.Errorf("without sluice serve: %+v", steps)
	}
	l.envoy.Stop()
	if steps = second(); steps["load"].State != trace.Fail || steps["request"].State != trace.Fail {
		t.Errorf("without Envoy: %+v", steps)
	}
}

// retag gives an image the tag of another one.
func (l *lab) retag(from, to string) {
	l.t.Helper()
	path, err := command()
	if err != nil {
		l.t.Fatal(err)
	}
	image := strings.TrimPrefix(l.registry.URL, "http://") + "/team/stamp:"
	if out, err := exec.Command(path, "copy", image+from, image+to, "--plain-http").CombinedOutput(); err != nil {
		l.t.Fatalf("%v: %s", err, out)
	}
}

// modules are the files that Envoys were given.
func (l *lab) modules() []string {
	l.t.Helper()
	files, err := filepath.Glob(filepath.Join(l.root, "state", "modules", "*.wasm"))
	if err != nil || len(files) == 0 {
		l.t.Fatalf("no modules: %v", err)
	}
	return files
}

// TestTraceWatch: --watch sees a change while requests use one connection.
func TestTraceWatch(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	url := l.stamp("VERSION-0001")
	l.apply("stamp", url, `{"v":"1"}`)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Config", `{"v":"1"}`)
	l.waitStatus("the plugin", func(s *serve.Status) bool {
		p := onNode(s, "istio-system.stamp")
		return p != nil && p.State == "running"
	})
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	p := harness.Start(t, exec.Command(path, "trace", "-f", filepath.Join(l.dir, "stamp.yaml"), "--server", harness.URL(l.admin, ""),
		"--envoy-admin", harness.URL(l.envoyAdm, ""), "--url", l.url("/"), "--expect-header", "x-code", "--watch", "--every", "100ms"))
	p.WaitOutput("did not change since Envoy started", patience)
	l.apply("stamp", url, `{"v":"2"}`)
	p.WaitOutput("used the connection of the one before", patience)
	if out := p.Output(); strings.Contains(out, "was closed") || !strings.Contains(out, "--- ") {
		t.Error(out)
	}
}
