package cases

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// run runs cases of hello-world.
func run(t *testing.T, o Options, text string) (*Report, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cases.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if o.Files == nil {
		o.Files = []string{path}
	}
	o.Module = plugintest.Dir("../../plugins/hello-world")
	if o.Engines == nil {
		o.Engines = []plugintest.Engine{plugintest.Compiler}
	}
	return Run(context.Background(), o)
}

// Each expectation fails where it is not met.
func TestFailures(t *testing.T) {
	for text, want := range map[string]string{
		"upstream: none":                                    "GET / came, want none",
		"upstream: {method: POST}":                          "method GET, want POST",
		"upstream: {path: /x}":                              "the path differs",
		"upstream: {host: x}":                               "the host differs",
		"upstream: {headers: {hello: moon}}":                "header hello differs",
		"upstream: {headers: {hello: null}}":                `header hello is ["world"], want none`,
		"upstream: {body: x}":                               "the body is not there",
		"client: {status: 404}":                             "status 200, want 404",
		"client: {broken: true}":                            "broken off: false, want true",
		"client: {headers: {x: y}}":                         "header x is not there",
		"client: {trailers: {x: y}}":                        "trailer x is not there",
		"client: {body: {contains: [x]}}":                   "the body is not there",
		"logs: [{contains: nothing says this}]":             `a log line with "nothing says this" did not happen`,
		"metrics: {m: 1}":                                   "metric m is 0, defined false; want 1",
		"golden: none":                                      "none.golden is not there; --update writes it",
		"{config: '{', client: {status: 200}}":              "the plugin does not start",
		"refused: []":                                       "want it to refuse",
		"{config: '{', refused: [nobody says this]}":        `no line says "nobody says this"`,
		"configFile: none.yaml":                             "configFile: ",
		"request: {bodyFile: none.bin}":                     "none.bin",
		"{clusters: {c: {}}, calls: {c: [{path: /}]}}":      "cluster c: 0 requests have come, want 1",
		"{redis: {r: []}, commands: {r: [get a]}}":          "the commands differ",
		"steps: [{}, {upstream: {headers: {hello: moon}}}]": "exchange 2: upstream: header hello differs",
	} {
		body := text
		if strings.HasPrefix(text, "{") {
			body = text[1 : len(text)-1]
		}
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			r, err := run(t, Options{}, "cases: [{name: a, "+body+"}]")
			if !errors.Is(err, ErrFailed) {
				t.Fatalf("%v %+v", err, r)
			}
			if got := strings.Join(r.Results[0].Messages, "\n"); !strings.Contains(got, want) {
				t.Errorf("says %q, want %q", got, want)
			}
		})
	}
}

func TestReports(t *testing.T) {
	r, err := run(t, Options{}, `
cases:
- name: good
  request: {path: /a}
  upstream: {path: /a, headers: {hello: world}}
- name: later
  skip: not yet
- name: bad
  client: {status: 201}
- name: elsewhere
  engines: [interpreter]
`)
	if !errors.Is(err, ErrFailed) || r.Count(Passed) != 1 || r.Count(Failed) != 1 || r.Count(Skipped) != 1 {
		t.Fatalf("%v %+v", err, r)
	}
	var b bytes.Buffer
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  ok   good (compiler ", "  skip later (compiler skipped)", "  FAIL bad (compiler failed)\n", "cases.yaml:8 on compiler\n        client: status 200, want 201", "skipped: not yet", "1 passed, 1 failed, 1 skipped"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	var actions []string
	for _, e := range r.Events() {
		actions = append(actions, e.Action+" "+e.Test)
	}
	if got, want := strings.Join(actions, ", "), "pass good/compiler, output later/compiler, skip later/compiler, output bad/compiler, fail bad/compiler"; got != want {
		t.Error(plugintest.Diff(want, got))
	}
}

// Golden files are written by one engine and hold on another.
func TestGolden(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cases.yaml")
	if err := os.WriteFile(path, []byte("cases: [{name: a, request: {path: /a, body: b}, answer: {body: c}, golden: g}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Files: []string{path}, Engines: []plugintest.Engine{plugintest.Compiler, plugintest.Interpreter}}
	o.Update = true
	if _, err := run(t, o, ""); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join(dir, "testdata", "g.golden")
	b, err := os.ReadFile(golden)
	const want = "upstream: POST /a\ncontent-length: 1\nhello: world\nhost: plugin.test\n\nb\n\nclient: 200\ncontent-length: 1\n\nc\n"
	if err != nil || string(b) != want {
		t.Errorf("%v\n%s", err, plugintest.Diff(want, string(b)))
	}
	o.Update = false
	if _, err := run(t, o, ""); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(golden, []byte(strings.Replace(want, "world", "moon", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := run(t, o, "")
	if err == nil || !strings.Contains(strings.Join(r.Results[0].Messages, ""), "hello: moon") {
		t.Errorf("%v %+v", err, r)
	}
}

// The native engine compiles the plugin into a test, and says so where it can't.
func TestNative(t *testing.T) {
	native := []plugintest.Engine{plugintest.Native}
	const text = "cases: [{name: a, upstream: {headers: {hello: world}}}]"
	r, err := run(t, Options{Engines: native, Dir: "../../plugins/hello-world"}, text)
	if err != nil || r.Count(Passed) != 1 {
		t.Errorf("%v %+v", err, r)
	}
	r, err = run(t, Options{Engines: native, Dir: "../../plugins/hello-world"}, strings.Replace(text, "world", "moon", 1))
	if err == nil || !strings.Contains(strings.Join(r.Results[0].Messages, ""), "header hello differs") {
		t.Errorf("%v %+v", err, r)
	}
	if r, err = run(t, Options{Engines: native}, text); err == nil || !strings.Contains(r.Results[0].Messages[0], "native runs a plugin's directory only") {
		t.Errorf("%v %+v", err, r)
	}
}
