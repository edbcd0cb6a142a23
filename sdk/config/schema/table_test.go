package schema

import (
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/config"
)

type node struct {
	Name string `json:"name"`
	Kids []node `json:"kids"`
}

type wide struct {
	Key    string            `json:"key" secret:"true" required:"true" maxLength:"1" description:"A | and a\nnew line."`
	Rate   float32           `json:"rate" exclusiveMin:"0" exclusiveMax:"1"`
	Ticks  time.Duration     `json:"ticks" unit:"ms"`
	Code   string            `json:"code" pattern:"a|b" enum:"a,b"`
	By     map[string][]int8 `json:"by" minItems:"1" maxItems:"2"`
	Blob   []byte            `json:"blob"`
	Any    any               `json:"any"`
	Lists  [][]any           `json:"lists"`
	Option *bool             `json:"option"`
	Nodes  map[string]node   `json:"nodes"`
}

func TestTable(t *testing.T) {
	s, err := Of[wide]("wide", config.OverrideRules)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimPrefix(`
| key | type | default | meaning |
|---|---|---|---|
| 'key' | string | required | A \| and a new line; at most 1 character, secret |
| 'rate' | number | '0' | more than 0, less than 1 |
| 'ticks' | duration | '"0s"' | a number counts ms |
| 'code' | string | none | one of 'a', 'b', matches 'a\|b' |
| 'by' | map of lists of integers | none | at least 1 key, at most 2 keys |
| 'blob' | base64 string | none |  |
| 'any' | anything | none |  |
| 'lists' | list of lists of anything | none |  |
| 'option' | boolean | none |  |
| 'nodes' | map of objects | none |  |
| 'nodes.*.name' | string | none |  |
| 'nodes.*.kids' | list of objects | none |  |
| '_rules_' | list of objects | none | configurations for some requests; the first rule that matches wins; keys that a rule leaves out are those of the top level |
`, "\n")
	if got := strings.ReplaceAll(s.Table(), "`", "'"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSecretsAreInNoExample(t *testing.T) {
	s, err := Of[struct {
		Key string `json:"key" secret:"true" example:"hunter2"`
	}]("x", config.WholeRules)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(s.JSONSchema()) + string(s.CRD()) + s.Table(); strings.Contains(text, "hunter2") {
		t.Errorf("a secret is shown:\n%s", text)
	}
}

func TestYAMLKeys(t *testing.T) {
	for key, want := range map[string]string{
		"a": "a", "a-b_1": "a-b_1", "on": `"on"`, "No": `"No"`, "1a": `"1a"`, "a b": `"a b"`, "": `""`, "a:": `"a:"`, "-": `"-"`, "é": `"é"`,
	} {
		if got := yamlKey(key); got != want {
			t.Errorf("%q: %s, want %s", key, got, want)
		}
	}
}
