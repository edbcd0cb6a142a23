package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// alarm is a harmless request that the core rule set refuses.
type alarm struct {
	rule string
	sample
}

// alarms are those that README.md lists under False alarms.
func alarms() []alarm {
	graphQL := func(query string) sample { return typed("GraphQL", "POST", jsonType, `{"query":"`+query+`"}`) }
	return []alarm{
		{"911100", got("method", "DELETE", "/api/v1/things/42")},
		{"911100", typed("method", "PUT", jsonType, `{"name":"Jane"}`)},
		{"911100", typed("method", "PATCH", jsonType, `{"name":"Jane"}`)},
		{"920420", typed("type", "POST", "text/plain", "hello")},
		{"920420", typed("type", "POST", "application/octet-stream", "abc")},
		{"920270", typed("null", "POST", formType, "a=b%00c")},
		{"920120", upload("O'Brien.pdf", "application/pdf", "x")},
		{"920120", upload("a;b.txt", "text/plain", "x")},
		{"920440", got("name", "GET", "/config/app.ini")},
		{"920440", got("name", "GET", "/app.log")},
		{"920450", got("header", "GET", "/", [2]string{"x-http-method-override", "PUT"})},
		{"931100", got("address", "GET", "/go?next=https://10.0.0.1/x")},
		{"934110", got("address", "GET", "/go?next=http://localhost:3000/")},
		{"942190", graphQL("query User($id: ID) { user(id: $id) { name } }")},
		{"942290", graphQL("query($first: Int!) { posts(first: $first) { id } }")},
		{"932235", graphQL("{ posts { edges { node { title } } } }")},
		{"942290", typed("filter", "POST", jsonType, `{"age":{"$gt":5}}`)},
		{"932230", typed("command", "POST", jsonType, `{"text":"git status; ls -la"}`)},
		{"942100", got("command", "GET", "/search?q=select+name+from+users+where+id=1")},
	}
}

// What README.md says of false alarms holds: each is refused, by the rule that is
// named there.
func TestFalseAlarms(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	h := native.New(t, native.Options{Config: []byte(`{"useCRS":true}`), LogLevel: 3, OnLog: func(l native.LogLine) { lines = append(lines, l.Message) }})
	send := natively(h)
	for _, a := range alarms() {
		lines = nil
		a.refused = true
		a.check(t, send)
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, `[id "`+a.rule+`"]`) }) {
			t.Errorf("rule %s does not match %s", a.rule, a)
		}
		if !strings.Contains(string(readme), a.rule) {
			t.Errorf("README.md does not name rule %s", a.rule)
		}
	}
}

// The settings that README.md advises are those that the traffic is tested with.
func TestAdvice(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, advice, _ := strings.Cut(string(readme), "## False alarms")
	for line := range strings.Lines(strings.ReplaceAll(usual, `\"`, `"`)) {
		rule := strings.TrimRight(strings.TrimSpace(line), "\",]}")
		if at := strings.Index(rule, "Sec"); at >= 0 && !strings.Contains(advice, rule[at:]) {
			t.Errorf("README.md does not advise %s", rule[at:])
		}
	}
}
