package prepare

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/confschema"
)

const spec = `
spec:
  configSchema:
    openAPIV3Schema:
      type: object
      required: [limit]
      properties:
        limit: {type: integer, minimum: 1, maximum: 10, exclusiveMaximum: true}
        mode: {type: string, enum: [soft, hard], nullable: true}
        wait: {x-kubernetes-int-or-string: true, pattern: "^[0-9]+(ms|s)$"}
        token: {type: string, format: password, minLength: 8}
        keys: {type: array, items: {type: object, required: [id], properties: {id: {type: string}, secret: {type: string, format: password, pattern: "^k-"}}}}
        names: {type: object, additionalProperties: {type: integer}}
        look: {type: string, pattern: "^(?=ahead)"}
`

// TestSchema: the global part and each rule are compared on their own, with path,
// value and what is allowed.
func TestSchema(t *testing.T) {
	schema, err := confschema.Read([]byte(spec))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ config, want string }{
		{`{"limit":5}`, ""},
		{`{"limit":5,"mode":null,"wait":"3s","look":"anything","unknown":1}`, ""},
		{`{"limit":10}`, "limit: got 10, want less than 10"},
		{`{"limit":0}`, "limit: got 0, want at least 1"},
		{`{"limit":"5"}`, `limit: got "5", want integer`},
		{`{"limit":1.5}`, `limit: got 1.5, want integer`},
		{`{"limit":5,"mode":"loud"}`, `mode: got "loud", want one of "soft", "hard", null`},
		{`{"limit":5,"wait":true}`, "wait: got true, want integer or string"},
		{`{}`, `lacks "limit"`},
		{``, `lacks "limit"`},
		{`[1]`, "want an object"},
		{`{"limit":`, "no JSON"},
		{`{"limit":5}{}`, "no JSON"},
		{`{"limit":5,"token":"short1"}`, "token: got (hidden), want a text of at least 8 characters"},
		{`{"limit":5,"keys":[{"id":"a"},{"id":"b","secret":"hunter2"}]}`, "keys[1].secret: got (hidden), want a text that matches"},
		{`{"limit":5,"keys":[{"id":"a"},{"secret":"hunter2"}]}`, `keys[1]: lacks "id"`},
		{`{"limit":5,"names":{"a.b":"x"}}`, `names["a.b"]: got "x", want integer`},
		{`{"_rules_":[{"_match_route_":["a"],"limit":3}]}`, ""},
		{`{"_rules_":[{"_match_route_":["a"],"limit":3},{"_match_domain_":["b"],"limit":12}]}`, "_rules_[1].limit: got 12, want less than 10"},
		{`{"_rules_":[{"_match_route_":["a"]}]}`, `_rules_[0]: lacks "limit"`},
		{`{"limit":2,"_rules_":[{"_match_route_":["a"],"mode":"hard"}]}`, ""},
		{`{"mode":"hard","_rules_":[{"limit":2}]}`, `lacks "limit"`},
		{`{"limit":2,"_rules_":{}}`, "_rules_: want a list"},
		{`{"limit":2,"_rules_":[3]}`, "_rules_[0]: want an object"},
	} {
		err := func() error { r := checkSchema(schema, []byte(c.config)); return r.err() }()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.config, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "short1")) {
			t.Errorf("%s: %v", c.config, err)
		}
	}
}

// TestSchemaThatIsNone: a schema that says nothing clear is told, and refuses nothing.
// It reads no files.
func TestSchemaThatIsNone(t *testing.T) {
	for _, schema := range []confschema.Schema{
		{"type": "nonsense"}, {"$ref": "file:///etc/passwd"}, {"properties": 3.0}, {"$ref": "#/nowhere"},
	} {
		r := checkSchema(schema, []byte(`{}`))
		if r.warning == "" || r.err() != nil {
			t.Errorf("%v: %+v", schema, r)
		}
	}
	if r := checkSchema(nil, []byte("no JSON at all")); r.warning != "" || r.err() != nil {
		t.Errorf("no schema: %+v", r)
	}
}

// TestManyProblems: the error's text has the first of them.
func TestManyProblems(t *testing.T) {
	e := &ConfigError{By: bySchema}
	for i := range 9 {
		e.Problems = append(e.Problems, Problem{Path: fmt.Sprint("p", i), Reason: "bad"})
	}
	if got := e.Error(); !strings.Contains(got, "p4: bad") || strings.Contains(got, "p5") || !strings.HasSuffix(got, "and 4 more") {
		t.Error(got)
	}
}

// TestTrial: the plugin itself is asked, and its log lines are the reason.
func TestTrial(t *testing.T) {
	l := newLab(t)
	l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	p := l.new()
	w := l.plugin("probe:1")
	m := must(t, p, w)
	for config, want := range map[string]string{
		"fine": "", "": "", "%later": "",
		"!no": "probe refuses this configuration",
		"#no": "proxy_on_configure",
	} {
		w.Config = []byte(config)
		err := p.CheckConfig(context.Background(), m, w)
		var refusal *ConfigError
		if want == "" && err != nil || want != "" && (!errors.As(err, &refusal) || refusal.By != byPlugin || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", config, err)
		}
	}
	l.o.NoTrial = true
	w.Config = []byte("!no")
	if err := l.new().CheckConfig(context.Background(), m, w); err != nil {
		t.Errorf("without a trial: %v", err)
	}
}

// TestTrialIsWarm: the second configuration takes no time worth a name.
func TestTrialIsWarm(t *testing.T) {
	l := newLab(t)
	l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	p := l.new()
	m := must(t, p, l.plugin("probe:1"))
	if err := p.CheckConfig(context.Background(), m, l.plugin("probe:1")); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for range 10 {
		if err := p.CheckConfig(context.Background(), m, l.plugin("probe:1")); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(start) / 10; took > 100*time.Millisecond {
		t.Errorf("%v for each", took)
	}
}

// TestManyModules: more modules than are kept compiled.
func TestManyModules(t *testing.T) {
	l := newLab(t)
	p := l.new()
	for i := range maxCompiled + 3 {
		name := fmt.Sprintf("probe:%d", i)
		l.push(name, probe(fmt.Sprint(i)), "", oci.PackageOptions{})
		w := l.plugin(name)
		if err := p.CheckConfig(context.Background(), must(t, p, w), w); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(p.trial.modules); n != maxCompiled || len(p.trial.order) != n {
		t.Errorf("%d modules, %d in order", n, len(p.trial.order))
	}
	w := l.plugin("probe:0")
	if err := p.CheckConfig(context.Background(), must(t, p, w), w); err != nil {
		t.Error(err)
	}
}

// TestSchemaOfImage: the schema comes with the image.
func TestSchemaOfImage(t *testing.T) {
	l := newLab(t)
	l.push("probe:1", probe("one"), spec, oci.PackageOptions{})
	p := l.new()
	w := l.plugin("probe:1")
	w.Config = []byte(`{"limit":99}`)
	err := p.CheckConfig(context.Background(), must(t, p, w), w)
	var refusal *ConfigError
	refused(t, err, Config, "config", nil)
	if !errors.As(err, &refusal) || refusal.By != bySchema || refusal.Problems[0].Path != "limit" {
		t.Errorf("got %v", err)
	}
	_, err = p.Prepare(context.Background(), w)
	refused(t, err, Config, "config", nil)
	w.Config = []byte(`{"limit":9}`)
	if ready, err := p.Prepare(context.Background(), w); err != nil || ready.Refused != nil {
		t.Error(ready, err)
	}
}

// TestMasked: no secret is left in a plugin's own words.
func TestMasked(t *testing.T) {
	got := masked(`bad token "hunter2", and "ab" of abacus`, []string{"ab", "hunter2", ""})
	if got != `bad token "(hidden)", and (hidden) of abacus` {
		t.Error(got)
	}
}
