package wrapper

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// The request can be asked about in every phase, with the answers of the first.
func TestRequestInEveryPhase(t *testing.T) {
	var seen []string
	note := func(c HttpContext, _ settings) types.Action {
		seen = append(seen, fmt.Sprint(c.GetExecutionPhase(), c.Scheme(), c.Host(), c.Path(), c.Method(), c.IsWebsocket(), c.IsBinaryRequestBody()))
		return types.ActionContinue
	}
	h := start(t, plugintest.Options{},
		ProcessRequestHeaders(func(c HttpContext, s settings) types.Action {
			if err := proxywasm.ReplaceHttpRequestHeader(":path", "/changed"); err != nil {
				t.Error(err)
			}
			return note(c, s)
		}),
		ProcessRequestBody(func(c HttpContext, s settings, _ []byte) types.Action { return note(c, s) }),
		ProcessResponseHeaders(note),
		ProcessResponseBody(func(c HttpContext, s settings, _ []byte) types.Action { return note(c, s) }),
		ProcessStreamDone(func(c HttpContext, s settings) { note(c, s) }))
	ex := h.Request(requestTo("POST", "a.test:8080", "/x?y=1", [2]string{"content-encoding", "gzip"}), chunks("b")...)
	ex.Respond(ok, chunks("c")...)
	ex.End()
	if len(seen) != 5 {
		t.Fatalf("%d phases: %q", len(seen), seen)
	}
	for phase, got := range seen {
		if want := fmt.Sprint(phase, "https", "a.test:8080", "/x?y=1", "POST", false, true); got != want {
			t.Errorf("phase %d: %s, want %s", phase, got, want)
		}
	}
	if ex.Upstream.Headers.Get(":path") != "/changed" {
		t.Error("the change didn't reach upstream")
	}
}

// A plugin with nothing but a header callback can ask in its last callback and
// in those of its calls, too.
func TestRequestOfAHeaderPlugin(t *testing.T) {
	var paths []string
	h := start(t, plugintest.Options{},
		ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
			call(t, func(int, [][2]string, []byte) { paths = append(paths, c.Path()) })
			return types.ActionContinue // doesn't wait
		}),
		ProcessStreamDone(func(c HttpContext, _ settings) { paths = append(paths, c.Host()) }))
	ex := h.Request(get)
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return plugintest.HTTPAnswer{} })
	ex.End()
	if fmt.Sprint(paths) != "[/get?x=1 a.test]" {
		t.Errorf("%q", paths)
	}
}

func TestResponseInfo(t *testing.T) {
	for _, c := range []struct {
		header [2]string
		want   bool
	}{
		{[2]string{"content-type", "application/octet-stream"}, true},
		{[2]string{"content-type", "application/grpc+proto"}, true},
		{[2]string{"content-encoding", "br"}, true},
		{[2]string{"content-type", "text/html"}, false},
	} {
		var got []bool
		h := start(t, plugintest.Options{},
			ProcessResponseHeaders(func(c HttpContext, _ settings) types.Action {
				got = append(got, c.IsBinaryResponseBody(), c.HasResponseBody(), !c.HasRequestBody())
				return types.ActionContinue
			}),
			ProcessResponseBody(func(c HttpContext, _ settings, _ []byte) types.Action {
				got = append(got, c.IsBinaryResponseBody())
				return types.ActionContinue
			}))
		h.Request(get).Respond([][2]string{{":status", "200"}, c.header}, chunks("x")...)
		if fmt.Sprint(got) != fmt.Sprint([]bool{c.want, true, true, c.want}) {
			t.Errorf("%s: %v", c.header, got)
		}
	}
}

func TestValues(t *testing.T) {
	type other struct{ n int }
	h := start(t, plugintest.Options{},
		ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
			if c.GetContext("none") != nil || c.GetStringContext("none", "d") != "d" || GetIntContext(c, "none", 3) != 3 {
				t.Error("a value that isn't there")
			}
			c.SetContext("b", true)
			c.SetContext("s", "text")
			c.SetContext("y", []byte("bytes"))
			c.SetContext("i", 7)
			c.SetContext("o", other{1})
			return types.ActionContinue
		}),
		ProcessResponseHeaders(func(c HttpContext, _ settings) types.Action {
			if !c.GetBoolContext("b", false) || c.GetStringContext("s", "") != "text" ||
				string(c.GetByteSliceContext("y", nil)) != "bytes" || GetIntContext(c, "i", 0) != 7 || c.GetContext("o") != (other{1}) {
				t.Error("a value got lost")
			}
			if c.GetBoolContext("s", true) != true || GetIntContext(c, "s", 9) != 9 {
				t.Error("a value of another type")
			}
			return types.ActionContinue
		}))
	h.Request(get).Respond(ok)
	h.Request(get).Respond(ok) // nothing is left of the first stream
}

func TestAttributes(t *testing.T) {
	h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
		c.GetUserAttributeMap()["early"] = "1"
		c.SetUserAttributeMap(map[string]interface{}{"a": 1})
		c.SetUserAttribute("q", `say "<hi>"`)
		if c.GetUserAttribute("a") != 1 || c.GetUserAttribute("none") != nil {
			t.Error("attributes")
		}
		for range 2 { // merges with what it wrote itself
			if err := c.WriteUserAttributeToLog(); err != nil {
				t.Error(err)
			}
		}
		if err := proxywasm.SetProperty([]string{AILogKey}, []byte(`{\"a\":0,\"z\":12345678901234567890}`)); err != nil {
			t.Error(err)
		}
		if err := c.WriteUserAttributeToLogWithKey(AILogKey); err != nil {
			t.Error(err)
		}
		if err := proxywasm.SetProperty([]string{"other"}, []byte(`no json`)); err != nil {
			t.Error(err)
		}
		if err := c.WriteUserAttributeToLogWithKey("other"); err == nil {
			t.Error("something that is no JSON was replaced")
		}
		c.SetUserAttribute("empty", "")
		if err := c.WriteUserAttributeToTrace(); err != nil {
			t.Error(err)
		}
		return types.ActionContinue
	}))
	ex := h.Request(get)
	for key, want := range map[string]string{
		CustomLogKey: `{\"a\":1,\"q\":\"say \\\"\\u003chi\\u003e\\\"\"}`,
		AILogKey:     `{\"a\":1,\"q\":\"say \\\"\\u003chi\\u003e\\\"\",\"z\":12345678901234567890}`,
		"other":      "no json", TraceSpanTagPrefix + "a": "1", TraceSpanTagPrefix + "empty": "",
	} {
		if got := string(ex.Property(key)); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

// A stream that no configuration is for passes every phase untouched.
func TestNoConfigurationNoCallbacks(t *testing.T) {
	fail := func(HttpContext, settings) types.Action { t.Error("called"); return types.ActionContinue }
	h := start(t, plugintest.Options{Config: []byte(`{"_rules_":[{"_match_domain_":["other"]}]}`)},
		ProcessRequestHeaders(fail), ProcessResponseHeaders(fail),
		ProcessRequestBody(func(c HttpContext, s settings, _ []byte) types.Action { return fail(c, s) }),
		ProcessStreamingResponseBody(func(c HttpContext, s settings, _ []byte, _ bool) []byte { fail(c, s); return nil }),
		ProcessStreamDone(func(c HttpContext, s settings) { fail(c, s) }))
	ex := h.Send(plugintest.Input{Headers: post, Chunks: chunks("a"), Trailers: [][2]string{{"t", "1"}}})
	ex.RespondWith(plugintest.Input{Headers: ok, Chunks: chunks("b"), Trailers: [][2]string{{"t", "1"}}})
	ex.End()
	if string(ex.Upstream.Body) != "a" || string(ex.Client.Body) != "b" || !ex.Client.Ended {
		t.Errorf("upstream %+v, client %+v", ex.Upstream, ex.Client)
	}
}

func TestByForms(t *testing.T) {
	var seen []string
	note := func(what string, l log.Log) types.Action {
		seen = append(seen, what)
		l.Warn(what)
		return types.ActionContinue
	}
	h := start(t, plugintest.Options{},
		ProcessRequestHeadersBy(func(_ HttpContext, _ settings, l log.Log) types.Action { return note("1", l) }),
		ProcessRequestBodyBy(func(_ HttpContext, _ settings, _ []byte, l Log) types.Action { return note("2", l) }),
		ProcessResponseHeadersBy(func(_ HttpContext, _ settings, l Log) types.Action { return note("3", l) }),
		ProcessStreamingResponseBodyBy(func(_ HttpContext, _ settings, b []byte, _ bool, l Log) []byte { note("4", l); return b }),
		ProcessStreamDoneBy(func(_ HttpContext, _ settings, l log.Log) { note("5", l) }))
	ex := h.Request(post, chunks("x")...).Respond(ok, chunks("y")...)
	ex.End()
	if fmt.Sprint(seen) != "[1 2 3 4 5]" || len(h.LogsAt(proxywasm.LogLevelWarn)) != 5 {
		t.Errorf("%v, log %v", seen, h.Logs())
	}
}

func TestGetMatchConfig(t *testing.T) {
	start(t, plugintest.Options{})
	vm := NewCommonVmCtx("test", ParseConfig(parseSettings))
	p := vm.NewPluginContext(1).(*CommonPluginCtx[settings])
	c := p.NewHttpContext(2).(*CommonHttpCtx[settings])
	if config, err := c.GetMatchConfig(); config != nil || err != nil {
		t.Errorf("before a configuration: %v %v", config, err)
	}
	want := &settings{name: "x"}
	p.rules.global = want
	if config, err := c.GetMatchConfig(); config != want || err != nil {
		t.Errorf("%v %v", config, err)
	}
}

func TestRebuild(t *testing.T) {
	h := start(t, plugintest.Options{Properties: map[string]string{"plugin_vm_memory": "\x00\x10\x00\x00\x00\x00\x00\x00"}},
		WithRebuildAfterRequests[settings](3))
	var asked []bool
	for range 6 {
		asked = append(asked, h.Request(get).Property("wasm_need_rebuild") != nil)
	}
	if fmt.Sprint(asked) != "[false false true false false true]" {
		t.Error(asked)
	}
	for size, want := range map[uint64]bool{4096: true, 4097: false} {
		h := start(t, plugintest.Options{Properties: map[string]string{"plugin_vm_memory": "\x00\x10\x00\x00\x00\x00\x00\x00"}},
			WithRebuildMaxMemBytes[settings](size))
		if got := h.Request(get).Property("wasm_need_rebuild") != nil; got != want {
			t.Errorf("limit %d: %v", size, got)
		}
	}
}
