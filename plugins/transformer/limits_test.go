package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/loose"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// What operations are refused, and what they are made of.
func TestNewOp(t *testing.T) {
	for _, c := range []struct {
		part  string
		rule  Rule
		param Param
		ok    bool
	}{
		{inHeaders, Rule{Operate: "remove"}, Param{Key: "a"}, true},
		{inHeaders, Rule{Operate: "remove"}, Param{}, false},
		{inHeaders, Rule{Operate: "rename"}, Param{OldKey: "a"}, false},
		{inHeaders, Rule{Operate: "rename"}, Param{NewKey: "a"}, false},
		{inHeaders, Rule{Operate: "rename"}, Param{OldKey: "a", NewKey: "b"}, true},
		{inHeaders, Rule{Operate: "map"}, Param{FromKey: "a"}, false},
		{inHeaders, Rule{Operate: "map"}, Param{ToKey: "a"}, false},
		{inHeaders, Rule{Operate: "remove"}, Param{Key: ":path"}, false},
		{inHeaders, Rule{Operate: "rename"}, Param{OldKey: ":path", NewKey: "a"}, false},
		{inHeaders, Rule{Operate: "replace"}, Param{Key: ":path", NewValue: "/"}, true},
		{inQuerys, Rule{Operate: "remove"}, Param{Key: ":path"}, true},
		{inQuerys, Rule{Operate: "add"}, Param{Key: "a", HostPattern: "("}, false},
		{inQuerys, Rule{Operate: "add"}, Param{Key: "a", PathPattern: "("}, false},
		{inQuerys, Rule{Operate: "dedupe"}, Param{Key: "a", Strategy: "some"}, false},
		{inBody, Rule{Operate: "add"}, Param{Key: "a", Type: "number", Value: "1.5e3"}, true},
		{inBody, Rule{Operate: "add"}, Param{Key: "a", Type: "number", Value: "0x10"}, false},
		{inBody, Rule{Operate: "add"}, Param{Key: "a", Type: "number", Value: "Inf"}, false},
		{inBody, Rule{Operate: "add"}, Param{Key: "a", Type: "number", Value: "true"}, false},
		{inBody, Rule{Operate: "add"}, Param{Key: "a", Type: "boolean", Value: "2"}, false},
		{inBody, Rule{Operate: "add"}, Param{Key: "a", Type: "object", Value: "{"}, false},
		{inBody, Rule{Operate: "add"}, Param{Key: "a", Type: "list", Value: "1"}, false},
		{inBody, Rule{Operate: "map", MapSource: "x"}, Param{FromKey: "a", ToKey: "b"}, false},
		{inBody, Rule{Operate: "remove", MapSource: "x"}, Param{Key: "a"}, true},
	} {
		if _, err := newOp(c.rule, c.part, c.param); (err == nil) != c.ok {
			t.Errorf("%s of %s: %+v: %v", c.rule.Operate, c.part, c.param, err)
		}
	}
}

// Names of headers are in lower case, and no others; only texts are made of
// host and path.
func TestNamesAndPatterns(t *testing.T) {
	for _, c := range []struct {
		part, operate, source string
		key, to               string
	}{
		{inHeaders, "rename", "", "a", "b"}, {inQuerys, "rename", "", "A", "B"}, {inBody, "rename", "", "A", "B"},
		{inHeaders, "map", inQuerys, "A", "b"}, {inHeaders, "map", "", "a", "b"}, {inQuerys, "map", inHeaders, "a", "B"}, {inBody, "map", inQuerys, "A", "B"},
	} {
		o, err := newOp(Rule{Operate: c.operate, MapSource: c.source}, c.part, Param{OldKey: "A", NewKey: "B", FromKey: "A", ToKey: "B"})
		if err != nil || o.key != c.key || o.to != c.to {
			t.Errorf("%+v: %s and %s, %v", c, o.key, o.to, err)
		}
	}
	for kind, value := range map[string]loose.Value{"": "x", "string": "x", "STRING": "x", "number": "1", "boolean": "true"} {
		o, err := newOp(Rule{Operate: "replace"}, inBody, Param{Key: "a", NewValue: value, Type: kind, PathPattern: "^/(.*)$"})
		if err != nil || (o.pattern != nil) != (value == "x") {
			t.Errorf("%q: %v, %v", kind, o.pattern, err)
		}
	}
}

func TestPlans(t *testing.T) {
	key := []Param{{FromKey: "a", ToKey: "b"}}
	for _, c := range []struct {
		rule Rule
		from bool
	}{
		{Rule{Operate: "map", MapSource: inBody, Headers: key}, true}, {Rule{Operate: "map", MapSource: inBody, Querys: key}, true},
		{Rule{Operate: "map", MapSource: inBody, Body: key}, false}, {Rule{Operate: "map", Body: key}, false}, {Rule{Operate: "map", MapSource: inQuerys, Headers: key}, false},
	} {
		if p, err := newPlan([]Rule{c.rule}); err != nil || p.fromBody != c.from {
			t.Errorf("%+v: %v, %v", c.rule, p.fromBody, err)
		}
	}
}

// Fields and JSON, by one operation: what is not there changes nothing.
func TestOperations(t *testing.T) {
	for _, c := range []struct{ operate, key, to, strategy, form, wantForm, json, wantJSON string }{
		{"map", "x", "b", "", "b=1", "b=1", `{"b":1}`, `{"b":1}`},
		{"map", "a", "b", "", "a=1&b=2", "a=1&b=1", `{"a":1,"b":2}`, `{"a":1,"b":1}`},
		{"rename", "x", "b", "", "b=1", "b=1", `{"b":1}`, `{"b":1}`},
		{"rename", "a", "a", "", "a=1", "a=1", `{"a":1}`, `{"a":1}`},
		{"rename", "b", "a", "", "b=1&c=3&a=2", "c=3&a=2&a=1", `{"b":1,"a":2}`, `{"a":1}`},
		{"rename", "a", "b", "", "a=1", "b=1", `{"a":1}`, `{"b":1}`},
		{"dedupe", "a", "", "SPLIT_AND_RETAIN_FIRST", "a=1%2C2", "a=1", `{"a":["1,2"]}`, `{"a":"1"}`},
		{"dedupe", "a", "", "SPLIT_AND_RETAIN_LAST", "a=1%2C2&a=3", "a=2", `{"a":["1,2","3"]}`, `{"a":"2"}`},
		{"dedupe", "a", "", "RETAIN_UNIQUE", "a=1&a=1", "a=1", `{"a":["1"]}`, `{"a":"1"}`},
		{"dedupe", "a", "", "RETAIN_FIRST", "b=1", "b=1", `{"a":[]}`, `{"a":[]}`},
		{"dedupe", "a", "", "RETAIN_LAST", "a=1&a=2", "a=2", `{"a":[1]}`, `{"a":1}`},
		{"append", "a", "", "", "", "a=v", `{}`, `{"a":"v"}`},
		{"add", "a", "", "", "a=1", "a=1", `{"a":null}`, `{"a":null}`},
	} {
		o := op{operate: c.operate, key: c.key, to: c.to, strategy: c.strategy, value: "v", json: []byte(`"v"`), source: inBody}
		for _, kind := range []struct{ contentType, body, want string }{{typeForm, c.form, c.wantForm}, {typeJSON, c.json, c.wantJSON}} {
			m := &message{}
			if err := m.read(kind.contentType, []byte(kind.body)); err != nil {
				t.Fatal(err)
			}
			changed, err := m.change([]op{o}, kind.contentType)
			if got := string(changed); err != nil || kind.want == kind.body && changed != nil || kind.want != kind.body && got != kind.want {
				t.Errorf("%s %s of %s: %q, %v; want %s", c.operate, c.key, kind.body, got, err, kind.want)
			}
		}
	}
	f := &fields{list: []field{{raw: "file", fixed: true}}}
	f.remove("")
	if f.changed || len(f.list) != 1 || len(f.get("")) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestLimitsOfBodies(t *testing.T) {
	for codings, want := range map[string]bool{"": true, "identity": true, "Identity": true, "gzip": false, "identity|gzip": false} {
		f := newFields([][2]string{{"content-type", typeJSON}})
		for _, coding := range strings.Split(codings, "|") {
			f.list = append(f.list, field{name: "content-encoding", value: coding})
		}
		if got := changeable(f, false); got != want {
			t.Errorf("%q: %v", codings, got)
		}
	}
	for kind, want := range map[string][2]bool{typeJSON: {true, true}, typeForm: {false, true}, typeMultipart: {false, true}, "text/plain": {false, false}, "": {false, false}} {
		f := newFields([][2]string{{"content-type", kind}})
		if got := [2]bool{changeable(f, false), changeable(f, true)}; got != want {
			t.Errorf("%q: %v", kind, got)
		}
	}
	for n, ok := range map[int]bool{0: false, 1: true, 70: true, 71: false} {
		b := strings.Repeat("b", n)
		if _, err := readMultipart("--"+b+"--", b); (err == nil) != ok {
			t.Errorf("a boundary of %d bytes: %v", n, err)
		}
	}
	part := "--b\r\n\r\n\r\n"
	for body, ok := range map[string]bool{
		"--b x\r\n\r\n\r\n--b--": false, "--b \t\r\n\r\n\r\n--b--": true,
		strings.Repeat(part, maxParts) + "--b--": true, strings.Repeat(part, maxParts+1) + "--b--": false,
	} {
		if _, err := readMultipart(body, "b"); (err == nil) != ok {
			t.Errorf("%.20q: %v", body, err)
		}
	}
	for value, want := range map[string]bool{"": true, " a\t~\u00fc": true, "\x00": false, "a\x1f": false, "a\x7f": false, "\n": false} {
		if got := fits(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
	for text, want := range map[string]string{`a/b;=x; boundary=1`: "1", `a/b; boundary="a\\b"`: `a\b`, `a/b; boundary="\`: "error", `a/b; boundary="a" ; c=d`: "a", `a/b; boundary="a\b\"c"`: `a\b"c`} {
		_, got, _, err := media(text, "boundary")
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func ask(method string, headers ...[2]string) [][2]string {
	return append([][2]string{{":method", method}, {":path", "/a?x=1"}, {":authority", "a.test"}, {":scheme", "http"}}, headers...)
}

// Which messages wait for their body, natively.
func TestWaiting(t *testing.T) {
	json := [2]string{"content-type", typeJSON}
	const fromBody = `{"reqRules":[{"operate":"map","mapSource":"body","headers":[{"fromKey":"a","toKey":"x-a"}]}]}`
	for name, c := range map[string]struct {
		config  string
		headers [][2]string
		waits   bool // headers wait
		passes  bool // what has come of the body has gone on
	}{
		"no rule for it":   {`{"reqRules":[{"operate":"add","headers":[{"key":"x-a","value":"1"}]}]}`, ask("POST", json), false, true},
		"responses":        {`{"respRules":[{"operate":"add","headers":[{"key":"x-a","value":"1"}]}]}`, ask("POST", json), false, true},
		"its values":       {fromBody, ask("POST", json), true, false},
		"the body":         {`{"reqRules":[{"operate":"add","body":[{"key":"b","value":"1"}]}]}`, ask("POST", json), false, false},
		"another type":     {fromBody, ask("POST", [2]string{"content-type", "text/plain"}), false, true},
		"a WebSocket":      {fromBody, ask("GET", json, [2]string{"connection", "upgrade"}, [2]string{"upgrade", "websocket"}), false, true},
		"CONNECT":          {fromBody, ask("CONNECT", json), false, true},
		"a response's too": {`{"reqRules":[{"operate":"add","headers":[{"key":"x-b","value":"1"}]}],"respRules":[{"operate":"add","body":[{"key":"b","value":"1"}]}]}`, ask("POST", json), false, true},
	} {
		h := plugintest.New(t, plugintest.Options{Config: []byte(c.config)})
		ex := h.Send(plugintest.Input{Headers: c.headers, Chunks: [][]byte{[]byte(`{"a":`)}, Open: true})
		if ex.Upstream.Sent() == c.waits || (len(ex.Upstream.Body) > 0) != c.passes {
			t.Errorf("%s: headers went on %v, body %q", name, ex.Upstream.Sent(), ex.Upstream.Body)
		}
	}
}

// Compression is only asked off where the answer's body is needed.
func TestAcceptEncoding(t *testing.T) {
	const (
		requests  = `{"reqRules":[{"operate":"add","headers":[{"key":"x-b","value":"1"}]}]}`
		responses = `{"respRules":[{"operate":"add","body":[{"key":"b","value":"1"}]}]}`
		headers   = `{"respRules":[{"operate":"map","mapSource":"body","headers":[{"fromKey":"b","toKey":"x-b"}]}]}`
	)
	for _, c := range []struct{ config, sent, want string }{
		{requests, "gzip", "gzip"}, {requests, "", ""}, {responses, "gzip", "identity"}, {responses, "", ""}, {headers, "gzip", "identity"},
	} {
		h := plugintest.New(t, plugintest.Options{Config: []byte(c.config)})
		r := ask("GET")
		if c.sent != "" {
			r = append(r, [2]string{"accept-encoding", c.sent})
		}
		if got := strings.Join(h.Request(r).Upstream.Headers.Values("accept-encoding"), ","); got != c.want {
			t.Errorf("%s with %q: %q", c.config, c.sent, got)
		}
	}
}

// One rule for responses, rules that take from the body and change it, a path
// that a rule sets, and the lines of the log.
func TestMessages(t *testing.T) {
	send := func(config, body string, headers ...[2]string) (*plugintest.Host, *plugintest.Exchange) {
		h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
		return h, h.Request(ask("POST", append(headers, [2]string{"content-type", typeJSON})...), []byte(body))
	}
	h := plugintest.New(t, plugintest.Options{Config: []byte(`{"respRules":[{"operate":"add","headers":[{"key":"x-a","value":"1"}]}]}`)})
	if got := h.Request(ask("GET")).Respond([][2]string{{":status", "200"}}).Client.Headers.Get("x-a"); got != "1" {
		t.Errorf("one rule for responses: %q", got)
	}
	_, ex := send(`{"reqRules":[{"operate":"map","mapSource":"body","headers":[{"fromKey":"a","toKey":"x-a"}]},{"operate":"add","body":[{"key":"b","value":"1"}]}]}`, `{"a":"v"}`)
	if ex.Upstream.Headers.Get("x-a") != "v" || string(ex.Upstream.Body) != `{"a":"v","b":"1"}` {
		t.Errorf("%v %s", ex.Upstream.Headers, ex.Upstream.Body)
	}
	h = plugintest.New(t, plugintest.Options{Config: []byte(`{"respRules":[{"operate":"map","mapSource":"body","headers":[{"fromKey":"a","toKey":"x-a"}]},{"operate":"remove","body":[{"key":"a"}]}]}`)})
	got := h.Request(ask("GET")).Respond([][2]string{{":status", "200"}, {"content-type", typeJSON}}, []byte(`{"a":"v"}`)).Client
	if got.Headers.Get("x-a") != "v" || string(got.Body) != `{}` {
		t.Errorf("%v %s", got.Headers, got.Body)
	}
	_, ex = send(`{"reqRules":[{"operate":"replace","headers":[{"key":":path","newValue":"/new?y=2"}]},{"operate":"add","querys":[{"key":"z","value":"3"}]}]}`, `{}`)
	if got := ex.Upstream.Headers.Get(":path"); got != "/new?y=2&z=3" {
		t.Errorf("path %s", got)
	}
	for _, c := range []struct{ body, says string }{{`{`, "a body stays as it is"}, {`{"a":"1\u0000"}`, "header x-a"}, {`[1]`, ""}} {
		h, ex := send(`{"reqRules":[{"operate":"map","mapSource":"body","headers":[{"fromKey":"a","toKey":"x-a"}]}]}`, c.body)
		lines := slices.Concat(h.LogsAt(3))
		if _, there := ex.Upstream.Headers.Lookup("x-a"); there || c.says != "" && !strings.Contains(strings.Join(lines, "\n"), c.says) || c.says == "" && len(lines) > 0 {
			t.Errorf("%s: %q", c.body, lines)
		}
	}
	h, ex = send(`{"reqRules":[{"operate":"rename","body":[{"oldKey":"a","newKey":"b.c"}]}]}`, `[1]`)
	if string(ex.Upstream.Body) != `[1]` {
		t.Errorf("%s, %v", ex.Upstream.Body, h.LogsAt(3))
	}
}
