package bundle

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

const both = `{"_plugins_": [{"name": "a", "config": {"x": 1}}, {"name": "b", "config": "plain text"}]}`

// Each plugin gets its own part of the configuration, and writes with its own
// logger.
func TestConfigure(t *testing.T) {
	var a, b string
	f := begin(t, map[string]*act{
		"a": {start: func(c string) { a = c; log.Info("started"); proxywasm.LogInfo("raw") }},
		"b": {start: func(c string) { b = c; log.Info("started") }},
	}, "a", "b")
	if !f.configure(both) || a != `{"x": 1}` || b != "plain text" {
		t.Errorf("a has %q, b %q", a, b)
	}
	f.logged(t, "[a] [a-log] [nil] [nil] started")
	f.logged(t, "[a] raw")
	f.logged(t, "[b] [b-log] [nil] [nil] started")
}

func TestRootID(t *testing.T) {
	var a, b string
	f := begin(t, map[string]*act{"a": {start: func(c string) { a = c + "!"; proxywasm.LogInfo("raw") }}, "b": {start: func(c string) { b = c }}}, "a", "b")
	f.rootID = "a"
	if !f.configure(`{"_plugins": []}`) || a != `{"_plugins": []}!` || b != "" {
		t.Errorf("a has %q, b %q", a, b)
	}
	if f.logs[len(f.logs)-1] != "raw" {
		t.Errorf("log is %q", f.logs)
	}
	module.OnContextCreate(2, 0)
	f.config, f.rootID = "", "b"
	if !module.OnConfigure(2, 0) || !module.OnDone(2) {
		t.Error("a second filter does not start")
	}
	module.OnDelete(2)
	if len(module.roots) != 1 {
		t.Errorf("%d filters are left", len(module.roots))
	}
}

func TestRefused(t *testing.T) {
	for config, want := range map[string]string{
		"":                                            `this module holds a, b: set the filter's root_id to one of them (it is "")`,
		`{"_plugins_": [{"name": "a"}`:                "this module holds a, b", // no JSON
		`["_plugins_"]`:                               "this module holds a, b",
		`{"_plugins_": []}`:                           "_plugins_ is empty",
		`{"_plugins_": "a"}`:                          "_plugins_ is not a list",
		`{"_plugins_": ["a"]}`:                        "_plugins_[0]: it is no object",
		`{"_plugins_": [{"name": "c"}]}`:              `_plugins_[0]: no plugin is called "c"`,
		`{"_plugins_": [{"name": 1}]}`:                `_plugins_[0]: no plugin is called "1"`,
		`{"_plugins_": [{"config": 1}]}`:              `_plugins_[0]: it has no "name"`,
		`{"_plugins_": [{"name": "a", "name": "b"}]}`: `_plugins_[0]: "name" is there twice`,
		`{"_plugins_": [{"name": "a", "x": 1}]}`:      `_plugins_[0]: unknown key "x"`,
		`{"_plugins_": [{"name": "a"}], "_plugins_": [{"name": "b"}]}`:              "_plugins_ is there twice",
		`{"_plugins_": [{"name": "a"}], "x": 1}`:                                    `"x" beside "_plugins_"`,
		`{"_plugins_": [{"name": "a"}, {"name": "b"}, {"name": "a", "config": 2}]}`: "plugin b (2 of 3) did not start",
	} {
		f := begin(t, map[string]*act{"a": {}, "b": {refuses: true}}, "a", "b")
		if f.configure(config) {
			t.Errorf("%s is taken", config)
		}
		f.logged(t, want)
	}
}

// A plugin that panics or refuses when the VM starts keeps only itself from
// starting.
func TestVMStart(t *testing.T) {
	var got []string
	f := begin(t, map[string]*act{
		"a": {vmStart: func(c string) bool { got = append(got, c); return false }},
		"b": {vmStart: func(c string) bool { got = append(got, c); return true }},
		"c": {vmStart: func(string) bool { panic("at the start") }},
	}, "a", "b", "c")
	f.vmConfig = "of the VM"
	for name, want := range map[string]bool{"a": false, "b": true, "c": false} {
		f.rootID = name
		for range 2 {
			if f.configure("") != want {
				t.Errorf("%s starts: %v", name, !want)
			}
			module.OnDelete(1)
		}
	}
	if strings.Join(got, ",") != "of the VM,of the VM" {
		t.Errorf("configurations are %q", got)
	}
}

// A filter is configured anew with the same plugins only.
func TestConfigureAgain(t *testing.T) {
	var a string
	f := begin(t, map[string]*act{"a": {start: func(c string) { a = c }}, "b": {}}, "a", "b")
	f.configure(both)
	f.config = strings.Replace(both, `"x": 1`, `"x": 2`, 1)
	if !module.OnConfigure(1, 0) || a != `{"x": 2}` {
		t.Errorf("a has %q", a)
	}
	f.config = `{"_plugins_": [{"name": "b"}]}`
	if module.OnConfigure(1, 0) {
		t.Error("other plugins are taken")
	}
	f.logged(t, "can't change while it runs")
}

// What is registered outside of a plugin's packages is nobody's.
func TestStray(t *testing.T) {
	f := begin(t, map[string]*act{"a": {}}, "a", "missing")
	f.rootID = "missing"
	if f.configure("") {
		t.Error("a plugin that registered nothing starts")
	}
	proxywasm.SetVMContext(&testVM{act: &act{}})
	Start("a")
	if f.configure("") {
		t.Error("a module with a registration of nobody's starts")
	}
	f.logged(t, "a package that is no plugin's own registers a plugin")
}

func TestTicks(t *testing.T) {
	ticks := map[string]int{}
	ticker := func(name string, period uint32) *act {
		return &act{start: func(string) { _ = proxywasm.SetTickPeriodMilliSeconds(period) }, tick: func() { ticks[name]++ }}
	}
	f := begin(t, map[string]*act{"a": ticker("a", 100), "b": ticker("b", 250), "c": {tick: func() { ticks["c"]++ }}}, "a", "b", "c")
	if !f.configure(`{"_plugins_": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}`) || f.period != 100 {
		t.Fatalf("period is %d", f.period)
	}
	for range 10 {
		f.now += 100_000_000
		module.OnTick(1)
	}
	if ticks["a"] != 10 || ticks["b"] != 3 || ticks["c"] != 0 {
		t.Errorf("ticks are %v", ticks)
	}
	module.use(module.roots[1].entries[2])
	_ = proxywasm.SetTickPeriodMilliSeconds(0)
	module.done()
	if f.period != 250 {
		t.Errorf("period is %d when the faster one has stopped", f.period)
	}
	module.OnTick(99) // of no filter
}

// Names in the gateway are each plugin's own.
func TestNames(t *testing.T) {
	var found uint32
	var errs [2]error
	var own string
	ready := map[string]uint32{}
	f := begin(t, map[string]*act{
		"a": {start: func(string) {
			_ = proxywasm.SetSharedData("k", []byte("of a"), 0)
			_, _ = proxywasm.RegisterSharedQueue("q")
			name, _ := proxywasm.GetProperty([]string{"plugin_name"})
			node, _ := proxywasm.GetProperty([]string{"node"})
			own = string(name) + ", " + string(node)
		}, queue: func(id uint32) { ready["a"] = id }},
		"b": {start: func(string) {
			_, _, errs[0] = proxywasm.GetSharedData("k")
			found, errs[1] = proxywasm.ResolveSharedQueue("", "q")
		}, queue: func(id uint32) { ready["b"] = id }},
	}, "a", "b")
	if !f.configure(both) || f.shared["a/k"] != "of a" || len(f.shared) != 1 {
		t.Errorf("shared data is %v", f.shared)
	}
	if !errors.Is(errs[0], types.ErrorStatusNotFound) || errs[1] != nil || found != 1 || f.queues[0] != "a/q" {
		t.Errorf("%v, queue %d of %v", errs, found, f.queues)
	}
	if own != "a, of the host: node" {
		t.Errorf("names are %q", own)
	}
	module.OnQueueReady(1, 1)
	if len(ready) != 1 || ready["a"] != 1 {
		t.Errorf("ready: %v", ready)
	}
}

// The host is told that a filter is done when the last of its plugins is.
func TestDone(t *testing.T) {
	f := begin(t, map[string]*act{"a": {late: true}, "b": {late: true}}, "a", "b")
	f.configure(both)
	if module.OnDone(1) {
		t.Fatal("done at once")
	}
	for i, want := range []int{0, 1} {
		module.use(module.roots[1].entries[i])
		proxywasm.PluginDone()
		module.done()
		if f.dones != want {
			t.Errorf("told %d times after plugin %d", f.dones, i)
		}
	}
}

// An answer to a call comes to the plugin that made it, and what it resumes goes on
// to the next one before the host does.
func TestCall(t *testing.T) {
	var said []string
	say := func(word string) { said = append(said, word) }
	f := begin(t, map[string]*act{
		"a": {headers: func() types.Action {
			_, _ = proxywasm.DispatchHttpCall("x", nil, nil, nil, 10, func(int, int, int) { say("answer"); _ = proxywasm.ResumeHttpRequest(); say("resumed") })
			return types.HeaderStopAllIterationAndWatermark
		}},
		"b": {headers: func() types.Action { say("b"); return types.ActionContinue }, done: func() { say("done") }},
	}, "a", "b")
	f.configure(both)
	module.OnContextCreate(2, 1)
	if got := module.OnRequestHeaders(2, 1, true); got != 1 {
		t.Errorf("action is %d: b may wait for a body", got)
	}
	module.OnHTTPCallResponse(1, 99, 0, 0, 0) // of nobody
	module.OnHTTPCallResponse(1, 1, 0, 0, 0)
	if got := strings.Join(said, " "); got != "answer resumed b" || len(f.continued) != 1 || f.effective != 2 {
		t.Errorf("%s, %v continued, context %d", got, f.continued, f.effective)
	}
	module.OnLog(2)
	module.OnDelete(2)
	module.OnHTTPCallResponse(1, 1, 0, 0, 0)
	if len(module.streams) != 0 || said[len(said)-1] != "done" {
		t.Errorf("%d streams are left; %v", len(module.streams), said)
	}
}

// A stream has one answer, whichever plugin is first.
func TestOneReply(t *testing.T) {
	reply := func() types.Action { _ = proxywasm.SendHttpResponse(403, nil, nil, -1); return types.ActionPause }
	f := begin(t, map[string]*act{
		"a": {headers: func() types.Action {
			_, _ = proxywasm.DispatchHttpCall("x", nil, nil, nil, 10, func(int, int, int) { reply() })
			return types.ActionContinue
		}},
		"b": {headers: reply},
	}, "a", "b")
	f.configure(both)
	module.OnContextCreate(2, 1)
	module.OnRequestHeaders(2, 1, true)
	module.OnHTTPCallResponse(1, 1, 0, 0, 0)
	if f.replies != 1 {
		t.Errorf("%d replies", f.replies)
	}
}

// A plugin changes only its part of a body that others hold, too.
func TestParts(t *testing.T) {
	var whole string
	f := begin(t, map[string]*act{
		"a": {body: func(int, bool) types.Action {
			part, _ := proxywasm.GetHttpRequestBody(0, 10)
			_ = proxywasm.ReplaceHttpRequestBody([]byte(strings.ToUpper(string(part))))
			_ = proxywasm.AppendHttpRequestBody([]byte("+"))
			_ = proxywasm.PrependHttpRequestBody([]byte("-"))
			_, err := proxywasm.GetHttpRequestHeader("x")
			if !errors.Is(err, types.ErrorStatusBadArgument) {
				whole = "headers are there"
			}
			return types.ActionContinue
		}},
		"b": {body: func(size int, end bool) types.Action {
			if !end {
				return types.DataStopIterationAndBuffer
			}
			part, _ := proxywasm.GetHttpRequestBody(1, size-2)
			whole += string(part)
			return types.ActionContinue
		}},
	}, "a", "b")
	f.configure(both)
	module.OnContextCreate(2, 1)
	module.OnRequestHeaders(2, 1, false)
	f.body = "xy"
	if got := module.OnRequestBody(2, 2, false); got != 1 || f.body != "-XY+" {
		t.Fatalf("%d, %q", got, f.body)
	}
	f.body += "z"
	if got := module.OnRequestBody(2, int32(len(f.body)), true); got != 0 || f.body != "-XY+-Z+" || whole != "XY+-Z" {
		t.Errorf("%d, body %q, b has seen %q", got, f.body, whole)
	}
}

// Connections are for filters with one plugin.
func TestConnections(t *testing.T) {
	f := begin(t, map[string]*act{"a": {}, "b": {}}, "a", "b")
	f.configure(both)
	module.OnContextCreate(2, 1)
	if module.OnNewConnection(2) != 1 || module.OnDownstreamData(2, 1, true) != 1 || module.OnUpstreamData(2, 1, true) != 1 {
		t.Error("a connection goes on")
	}
	module.OnDownstreamClose(2, 0)
	module.OnUpstreamClose(2, 0)
	f.logged(t, "plugins of connections can't be listed")
}

// Only the plugin that sees responses last can inject.
func TestInject(t *testing.T) {
	inject := func() types.Action {
		_ = proxywasm.InjectEncodedDataToFilterChain([]byte("x"), false)
		return types.ActionContinue
	}
	f := begin(t, map[string]*act{"a": {response: inject}, "b": {response: inject}}, "a", "b")
	f.configure(both)
	module.OnContextCreate(2, 1)
	module.OnResponseHeaders(2, 1, false)
	if f.injected != "x" {
		t.Errorf("injected %q", f.injected)
	}
}

var _ abi.Host = (*fake)(nil)

// Whatever a gateway's configuration is, it is refused or starts plugins.
func FuzzConfigure(f *testing.F) {
	f.Add(both)
	f.Add(`{"_plugins_":[{"name":"a","config":null},{"name":"a"}]}`)
	f.Add(`{"_plugins_":[[[[`)
	f.Fuzz(func(t *testing.T, config string) {
		h := begin(t, map[string]*act{"a": {}, "b": {}}, "a", "b")
		if h.configure(config) && len(module.roots[1].entries) == 0 {
			t.Error("a filter without plugins starts")
		}
	})
}

// TestNeverConfigured: what no plugin can look at does not pass.
func TestNeverConfigured(t *testing.T) {
	for name, c := range map[string]struct {
		parent  uint32
		config  string
		request bool
	}{
		"no filter":                  {parent: 7, request: true},
		"a refused filter":           {parent: 1, config: `{"_plugins_": []}`, request: true},
		"only the response is shown": {parent: 1, config: `{"_plugins_": []}`},
	} {
		f := begin(t, map[string]*act{"a": {}, "b": {}}, "a", "b")
		if f.configure(c.config) {
			t.Fatalf("%s: the filter starts", name)
		}
		module.OnContextCreate(9, c.parent)
		if c.request {
			if got := module.OnRequestHeaders(9, 1, false); got != 1 || f.replies != 1 {
				t.Errorf("%s: request: action %d, %d replies", name, got, f.replies)
			}
			if got := module.OnRequestBody(9, 1, true); got != 1 || f.replies != 1 {
				t.Errorf("%s: body: action %d, %d replies", name, got, f.replies)
			}
		}
		want := uint32(1)
		if c.request {
			want = 0 // it is the 500
		}
		if got := module.OnResponseHeaders(9, 1, true); got != want || f.replies != 1 {
			t.Errorf("%s: response: action %d, want %d, %d replies", name, got, want, f.replies)
		}
		module.OnLog(9)
		module.OnDelete(9)
		if len(module.streams) != 0 {
			t.Errorf("%s: the stream is kept", name)
		}
	}
}
