package cases

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
)

const whole = `
config: {a: [1, 2.5, true, null, 2030-01-02], b: text}
route: r
http2: true
clusters: {svc: {status: 503, headers: {a: [x, y], b: 7}, body: {k: v}, delay: 10ms, reset: before end}}
redis: {db: [{command: 'get .*', answers: [1, null, [a, 2], {status: OK}, {error: ERR no}]}]}
cases:
- name: one
  config: plain text
  engines: [compiler]
  request: {method: PUT, path: /x, chunks: [a, b], trailers: {t: 1}, patience: 2s}
  upstream: none
  client: {status: 200, headers: {a: 1, b: [x, z], c: null, d: {regex: 'x+'}}, body: {json: {k: 1}}}
- name: two
  steps:
  - calls: {svc: [{path: /y}]}
    commands: {db: [get a]}
    golden: two
`

func TestParse(t *testing.T) {
	f, err := Parse("f.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	one, two := &f.Cases[0], &f.Cases[1]
	if got, want := string(*two.Config), `{"a":[1,2.5,true,null,"2030-01-02"],"b":"text"}`; got != want {
		t.Error(plugintest.Diff(want, got))
	}
	if string(*one.Config) != "plain text" || one.Route != "r" || !*one.HTTP2 || one.Engines[0] != "compiler" || one.line != 8 || two.Engines != nil {
		t.Errorf("what a file says holds for its cases: %+v", one.Setup)
	}
	svc := one.Clusters["svc"]
	if svc.Status != 503 || len(svc.Headers) != 3 || svc.Headers[1] != [2]string{"a", "y"} || svc.Headers[2][1] != "7" || svc.Body != `{"k":"v"}` ||
		svc.Delay.duration() != 10*time.Millisecond || svc.Reset.point() != plugintest.BeforeEnd {
		t.Errorf("%+v", svc)
	}
	h := one.Client.Headers
	if *h["a"].Exact != "1" || len(h["b"].Values) != 2 || !h["c"].Absent || h["d"].Regex != "x+" || !one.Upstream.None {
		t.Errorf("%+v", h)
	}
	values := one.Redis["db"][0].Values
	if values[0].Value != 1 || values[1].Value != nil || values[3].Value != plugintest.Status("OK") || values[4].Value.(error).Error() != "ERR no" {
		t.Errorf("%+v", values)
	}
}

func TestRefusedFiles(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "f.yaml:1: the file is empty",
		"[]":                                 "f.yaml:1: want keys, got a list",
		"cases: []":                          "there is no case",
		"case: []":                           "f.yaml:1: case: unknown key; there are config, configFile",
		"cases:\n- name: a\n  requst: {}":    "f.yaml:3: cases[0].requst: unknown key",
		"cases:\n- request: {}":              "f.yaml:2: cases[0]: the key name is missing",
		"cases:\n- name: a\n- name: a":       `f.yaml:3: cases[1].name: another case has the name "a"`,
		"cases:\n- name: a\n  name: b":       "f.yaml:3: cases[0].name: the key is there twice",
		"cases:\n- name: [a]":                "cases[0].name: want string, got a list",
		"cases:\n- {name: a, engines: [v8]}": `cases[0].engines[0]: "v8" is none of native, compiler`,
		"cases:\n- {name: a, client: {status: 99}}":                 "client.status: want a number from 200 to 599, got 99",
		"cases:\n- {name: a, client: {status: x}}":                  `client.status: want a whole number, got "x"`,
		"cases:\n- {name: a, client: {broken: 1}}":                  "want true or false",
		"cases:\n- {name: a, client: {headers: {a: {regex: '('}}}}": "client.headers.a.regex: error parsing regexp",
		"cases:\n- {name: a, client: {body: {}}}":                   "want a text, a list, null, or keys",
		"cases:\n- {name: a, request: {patience: 2h}}":              "want a duration of at most a minute",
		"cases:\n- {name: a, request: {headers: {a: {b: c}}}}":      "want a text, or a list of texts",
		"cases:\n- {name: a, steps: [{}], request: {}}":             "steps stand in place of request",
		"cases:\n- {name: a, refused: [], request: {}}":             "has no request",
		"cases:\n- {name: a, calls: {svc: []}}":                     `there is no fake service "svc"`,
		"cases:\n- {name: a, commands: {db: []}}":                   `there is no fake server "db"`,
		"cases:\n- {name: a, golden: ../x}":                         "is no name",
		"cases:\n- {name: a, clock: noon}":                          "want a time such as",
		"cases:\n- {name: a, logs: [{level: info}]}":                "want contains, not or regex",
		"cases:\n- {name: a, redis: {db: [{answers: [1.5]}]}}":      "is no whole number",
		"cases: &a\n- *a":           "holds itself",
		"cases: []\n---\ncases: []": "more than one YAML document",
		"cases: [":                  "f.yaml: yaml:",
		"config: " + strings.Repeat("[", 100) + strings.Repeat("]", 100): "",
	} {
		_, err := Parse("f.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	var p *Problem
	if _, err := Parse("f.yaml", []byte("case: 1")); !errors.As(err, &p) || p.Line != 1 || p.Key != ".case" {
		t.Errorf("%+v", p)
	}
}

// A file that grows when its aliases are followed is bounded.
func TestAliasesThatGrow(t *testing.T) {
	text := "config:\n- &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 8 {
		name := string(rune('0' + i))
		text += "- &a" + string(rune('1'+i)) + " [" + strings.Repeat("*a"+name+", ", 9) + "*a" + name + "]\n"
	}
	began := time.Now()
	if _, err := Parse("f.yaml", []byte(text+"cases: [{name: a}]")); err == nil || !strings.Contains(err.Error(), "more than 200000 values") {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"cases.yaml", "more.cases.yml", "config.yaml", "cases.json", "xcases.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := Find(dir)
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != "cases.yaml" || filepath.Base(files[1]) != "more.cases.yml" {
		t.Errorf("%v, %v", files, err)
	}
	if _, err := Find(filepath.Join(dir, "none")); err == nil {
		t.Error("no error for a directory that is not there")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("cases: [{name: a, client: {body: &x {json: [*x]}}}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse("f.yaml", text)
		if err == nil && len(file.Cases) == 0 {
			t.Error("a file without cases is taken")
		}
	})
}
