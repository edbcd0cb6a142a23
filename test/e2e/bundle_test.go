package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// bundleCase is a request to a row of three plugins testdata/step, a, b and c.
type bundleCase struct {
	name string
	do   string // what they are asked for
	body string // of the request; none is a GET
	path string // default "/"
	// later says that the plugins before the last one, which waits, are shown the
	// body only afterwards, in one piece: the one difference there is.
	later bool
}

// bundleCases are what plugins do to streams, and to each other.
var bundleCases = []bundleCase{
	{name: "GET"},
	{name: "POST", body: "xy"},
	{name: "no answer's body", path: "/empty"},

	{name: "headers wait for a call", do: "b:DH:4call"},
	{name: "headers wait for a call, with a body", do: "b:DH:4call", body: "xy"},
	{name: "headers wait for a call and are changed", do: "a:DH:4callheader", body: "xy"},
	{name: "headers of all wait", do: "a:DH:4callheader,b:DH:3callheader,c:DH:4callheader", body: "xy"},
	{name: "the last waits", do: "c:DH:4callheader"},
	{name: "headers wait for the body", do: "a:DH:1,a:DD:0", body: "xy"},
	{name: "headers wait for the whole body", do: "a:DH:1length,a:DD:1buffer", body: "xy"},
	{name: "headers of all wait for the whole body", do: "a:DH:1length,a:DD:1buffer,b:DH:1,b:DD:1buffer,c:DH:1,c:DD:1buffer", body: "xy"},
	{name: "headers wait for the body, the next for a call", do: "a:DH:1length,a:DD:1buffer,b:DH:4callheader", body: "xy"},
	{name: "headers wait for a call, the next for the body", do: "a:DH:4callheader,b:DH:1length,b:DD:1buffer", body: "xy"},
	{name: "headers change too late", do: "a:DD:0late,c:DH:1", body: "xy"},
	{name: "status 2", do: "b:DH:2", body: "xy"},

	{name: "a body is held", do: "a:DH:0length,b:DD:1buffer", body: "xy"},
	{name: "all hold the body", do: "a:DH:0length,a:DD:1buffer,b:DD:1buffer,c:DD:1buffer", body: "xy"},
	{name: "parts are changed, the whole is held", do: "a:DH:0length,a:DD:0upper,b:DD:1buffer", body: "xy"},
	{name: "the whole is held, parts are changed", do: "a:DH:0length,a:DD:1buffer,b:DD:0upper,c:DD:0upper", body: "xy"},
	{name: "a body waits for a call", do: "b:DD:1call", body: "xy"},
	{name: "a body waits for a call and is changed", do: "a:DH:0length,b:DD:1callchange", body: "xy"},
	{name: "a body waits twice", do: "a:DD:1call,c:DD:1call", body: "xy"},

	{name: "the first replies", do: "a:DH:0reply"},
	{name: "the second replies", do: "b:DH:1reply", body: "xy"},
	{name: "the last replies", do: "c:DH:1reply"},
	{name: "a reply to a body", do: "b:DD:1reply", body: "xy"},
	{name: "a reply after a call", do: "b:DH:4callreply", body: "xy"},
	{name: "a reply after a call for a body", do: "c:DD:1callreply", body: "xy"},
	{name: "a reply to a reply", do: "b:DH:1reply,a:EH:1reply"},
	{name: "a reply to a response", do: "b:EH:1reply"},
	{name: "a reply to a response after a call", do: "b:EH:4callreply"},
	{name: "a reply whose response waits", later: true, do: "c:DH:1reply,a:EH:4callheader"},

	{name: "a response waits for a call", do: "b:EH:4callheader"},
	{name: "responses of all wait for a call", do: "a:EH:4callheader,b:EH:4callheader,c:EH:4callheader"},
	{name: "a response waits for its body", do: "c:EH:1,c:ED:1buffer"},
	{name: "responses of all wait for the body", do: "a:EH:1,a:ED:1buffer,b:EH:1,b:ED:1buffer,c:EH:1,c:ED:1buffer"},
	{name: "a response's body is held", do: "b:ED:1buffer"},
	{name: "a response's body waits for a call", do: "b:ED:1callchange"},
	{name: "parts of a response", do: "a:ED:0upper,b:ED:0upper,c:ED:0upper"},
	{name: "parts of a response, then the whole", do: "c:ED:0upper,b:ED:1buffer"},

	{name: "a panic", do: "b:DH:0panic"},
	{name: "a panic at a body", do: "a:DD:0panic", body: "xy"},
	{name: "a panic after a call", do: "b:DH:4callpanic", body: "xy"},
	{name: "a panic in a response", do: "b:EH:0panic"},
	{name: "a panic in a response's body", do: "b:ED:0panic"},
	{name: "a panic that is forgiven", do: "c:DH:0panic,c:EH:0panic", body: "xy"},
	{name: "a panic that is forgiven after a call", later: true, do: "c:DH:4callpanic", body: "xy"},
	{name: "held for ever", do: "b:DH:4"},
	{name: "held for ever by a forgiving one", do: "c:DH:4"},
}

// TestBundleLikeSeparate sends the same requests to three plugins that are files
// of their own, and to one file that holds them, and wants the same answers, the
// same requests upstream and the same callbacks in the same order.
func TestBundleLikeSeparate(t *testing.T) {
	single := harness.BuildPlugin(t, "test/e2e/testdata/step")
	separate := t.TempDir()
	code := read(t, single)
	for _, name := range []string{"a", "b", "c"} {
		harness.WriteFile(t, filepath.Join(separate, name+".wasm"), code)
		harness.WriteFile(t, filepath.Join(separate, name+".json"), stepConfig(name))
	}
	all := bundled(t, "a=step", "b=step", "c=step")
	chain := write(t, "chain.json", fmt.Sprintf(`{"_plugins_": [{"name": "a", "config": %s}, {"name": "b", "config": %s}, {"name": "c", "config": %s}]}`,
		stepConfig("a"), stepConfig("b"), stepConfig("c")))
	onBoth(t, func(t *testing.T, e engine) {
		routes := write(t, "routes.yaml", "routes:\n- {name: all, prefix: /, cluster: backend}\nclusters:\n  backend: "+tell(t)+"\n")
		apart := e.run(t, separate, "--routes", routes, "--no-watch")
		together := e.run(t, all, "--config", chain, "--routes", routes, "--no-watch")
		for _, c := range bundleCases {
			t.Run(c.name, func(t *testing.T) {
				want := c.send(t, apart)
				if got := c.send(t, together); got != want {
					t.Errorf("bundled:\n%s\nseparate:\n%s", got, want)
				}
			})
		}
	})
}

// TestBundleHammer sends all requests again and again, many at once, and wants each
// to get what it gets alone.
func TestBundleHammer(t *testing.T) {
	all := bundled(t, "a=step", "b=step", "c=step")
	chain := write(t, "chain.json", fmt.Sprintf(`{"_plugins_": [{"name": "a", "config": %s}, {"name": "b", "config": %s}, {"name": "c", "config": %s}]}`,
		stepConfig("a"), stepConfig("b"), stepConfig("c")))
	onBoth(t, func(t *testing.T, e engine) {
		routes := write(t, "routes.yaml", "routes:\n- {name: all, prefix: /, cluster: backend}\nclusters:\n  backend: "+tell(t)+"\n")
		s := e.run(t, all, "--config", chain, "--routes", routes, "--no-watch", "--log-level", "critical")
		alone := make([]string, len(bundleCases))
		for i, c := range bundleCases {
			alone[i] = c.answer(t, s)
		}
		var clients sync.WaitGroup
		for n := range 24 {
			clients.Add(1)
			go func() {
				defer clients.Done()
				for i := range bundleCases {
					i = (i + 7*n) % len(bundleCases)
					if got := bundleCases[i].answer(t, s); got != alone[i] {
						t.Errorf("%s:\n%s\nalone:\n%s", bundleCases[i].name, got, alone[i])
					}
				}
			}()
		}
		clients.Wait()
	})
}

// stepConfig is a configuration of testdata/step; c's panics are forgiven.
func stepConfig(name string) string {
	if name == "c" {
		name += "!"
	}
	return fmt.Sprintf(`{"name":%q}`, name)
}

// bundled makes a module of plugins, each NAME=FOLDER of testdata.
func bundled(t *testing.T, plugins ...string) (wasm string) {
	t.Helper()
	wasm = filepath.Join(t.TempDir(), "all.wasm")
	args := []string{"bundle", "-o", wasm}
	for _, p := range plugins {
		name, folder, _ := strings.Cut(p, "=")
		args = append(args, name+"="+filepath.Join(harness.Root(t), "test/e2e/testdata", folder))
	}
	if out, err := sluice(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return wasm
}

// tell is an upstream that answers with what it has got.
func tell(t *testing.T) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/call" {
			time.Sleep(20 * time.Millisecond)
			return
		}
		body, _ := io.ReadAll(r.Body)
		got := fmt.Sprintf("seen %v called %v late %v body %q", r.Header["X-Seen"], r.Header["X-Called"], r.Header["X-Late"], body)
		w.Header().Set("X-Got", got)
		if r.URL.Path != "/empty" {
			_, _ = io.WriteString(w, "answer")
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

var traceLine = regexp.MustCompile(`\btrace (.*)`)

// answer sends the request and returns what the client and the upstream see.
func (c bundleCase) answer(t *testing.T, s *session) string {
	t.Helper()
	method, path := http.MethodGet, c.path
	if c.body != "" {
		method = http.MethodPost
	}
	if path == "" {
		path = "/"
	}
	req, err := http.NewRequest(method, s.url(path), strings.NewReader(c.body))
	if err != nil {
		t.Error(err)
		return ""
	}
	req.Header.Set("x-do", c.do)
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Do(req)
	if err != nil {
		return fmt.Sprintf("no answer, timeout %v\n", os.IsTimeout(err))
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return fmt.Sprintf("%d %q, whole %v\nback %v from %v called %v\ngot %v\n", r.StatusCode, body, err == nil,
		r.Header["X-Back"], r.Header["X-From"], r.Header["X-Called"], r.Header["X-Got"])
}

// send sends the request and returns all that can be seen of it.
func (c bundleCase) send(t *testing.T, s *session) string {
	t.Helper()
	before := len(s.Output())
	answer := c.answer(t, s)
	deadline := time.Now().Add(5 * time.Second)
	var lines []string
	for time.Now().Before(deadline) {
		lines = nil
		for _, m := range traceLine.FindAllStringSubmatch(s.Output()[before:], -1) {
			lines = append(lines, strings.TrimSpace(m[1]))
		}
		if done := strings.Count(strings.Join(lines, "\n"), "done"); done >= 3 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if c.later {
		lines = perPlugin(lines)
	}
	return answer + strings.Join(lines, "\n")
}

var bodyLine = regexp.MustCompile(`^(. [DE]D) \d+ (true|false)$`)

// perPlugin sorts the lines by the plugin, with one for all parts of a body.
func perPlugin(lines []string) []string {
	var merged []string
	for _, name := range []string{"a ", "b ", "c "} {
		for _, line := range lines {
			if m := bodyLine.FindStringSubmatch(line); m != nil {
				if line = m[1]; slices.Contains(merged, line) {
					continue
				}
			}
			if strings.HasPrefix(line, name) {
				merged = append(merged, line)
			}
		}
	}
	return merged
}

// TestBundleState shows that copies of one plugin share neither package variables
// nor shared data nor ticks, and are told their own names.
func TestBundleState(t *testing.T) {
	all := bundled(t, "a=step", "b=step")
	onBoth(t, func(t *testing.T, e engine) {
		routes := write(t, "routes.yaml", "routes:\n- {name: all, prefix: /, cluster: backend}\nclusters:\n  backend: "+tell(t)+"\n")
		chain := write(t, "chain.json", `{"_plugins_": [{"name": "b", "config": {"name": "b"}}, {"name": "a", "config": {"name": "a"}}]}`)
		s := e.run(t, all, "--config", chain, "--routes", routes, "--no-watch")
		time.Sleep(time.Second)
		got := string(harness.Get(t, s.url("/state")).Body)
		if !regexp.MustCompile(`^streams=\d+ count=\d+ ticks=[2-9] name=b$`).MatchString(got) {
			t.Errorf("state of b: %q", got)
		}
	})
}

// TestBundleRefusals wants a filter that can't be configured to say which plugin
// is at fault, and why.
func TestBundleRefusals(t *testing.T) {
	all := bundled(t, "a=step", "b=step")
	for name, c := range map[string]struct{ config, want string }{
		"one refuses":   {`{"_plugins_": [{"name": "a", "config": {"name": "a"}}, {"name": "b", "config": {"broken": 1}}]}`, "plugin b (2 of 2) did not start"},
		"its own lines": {`{"_plugins_": [{"name": "a", "config": {"name": "a"}}, {"name": "b"}]}`, "[b] trace refused"},
		"none chosen":   {`{"name": "a"}`, `this module holds a, b: set the filter's root_id to one of them (it is "")`},
		"unknown":       {`{"_plugins_": [{"name": "x"}]}`, `_plugins_[0]: no plugin is called "x"; this module holds a, b`},
		"no name":       {`{"_plugins_": [{"config": {}}]}`, `_plugins_[0]: it has no "name"`},
		"unknown key":   {`{"_plugins_": [{"name": "a", "confg": {}}]}`, `unknown key "confg"`},
		"another key":   {`{"_plugins_": [{"name": "a"}], "b": {}}`, `"b" beside "_plugins_"`},
		"empty":         {`{"_plugins_": []}`, "_plugins_ is empty"},
		"no list":       {`{"_plugins_": {"a": {}}}`, "_plugins_ is not a list"},
	} {
		t.Run(name, func(t *testing.T) {
			s := embedded().start(t, all, "--config", write(t, "c.json", c.config), "--no-watch")
			if code := s.Wait(readyTimeout); code == 0 || !strings.Contains(s.Output(), c.want) {
				t.Errorf("exit code %d, no %q in\n%s", code, c.want, s.Output())
			}
		})
	}
}

// TestBundleJSON reads what the command tells other programs.
func TestBundleJSON(t *testing.T) {
	out, err := sluice(t, "bundle", filepath.Join(harness.Root(t), "test/e2e/testdata/step"), "-o", filepath.Join(t.TempDir(), "x.wasm"), "--output", "json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		SHA256  string
		Plugins []struct{ Name, Dir string }
		Shared  []string
	}
	if err := json.Unmarshal(out, &r); err != nil || len(r.SHA256) != 64 || len(r.Plugins) != 1 || r.Plugins[0].Name != "step" || r.Shared == nil {
		t.Errorf("%v, %+v\n%s", err, r, out)
	}
}

// TestBundleDocs runs the example of docs/bundles.md.
func TestBundleDocs(t *testing.T) {
	wasm := filepath.Join(t.TempDir(), "all.wasm")
	if out, err := sluice(t, "bundle", plugin(t, "hello-world"), plugin(t, "mock-response"), "-o", wasm).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	config := write(t, "chain.json", fenced(t, harness.ReadFile(t, "docs/bundles.md"), "json"))
	s := embedded().run(t, wasm, "--config", config, "--no-watch")
	if r := harness.Get(t, s.url("/get")); string(r.Body) != "hello" {
		t.Errorf("answer is %v", r)
	}
}
