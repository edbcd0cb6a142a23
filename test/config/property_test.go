package config

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
)

// values are what a key may be given: some fit somewhere, some nowhere.
var values = []string{
	`null`, `true`, `false`, `0`, `1`, `2`, `3`, `10`, `100`, `101`, `-1`, `-128`, `-129`, `127`, `128`, `65535`, `65536`,
	`9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `-9223372036854775809`, `18446744073709551615`,
	`18446744073709551616`, `9223372036854`, `9223372036855`, `0.5`, `1.5`, `1.50001`, `1e0`, `1.0e2`, `15e-1`, `1e39`, `3.4e38`, `-0`, `-0.0`, `1e20`,
	`""`, `"a"`, `"ab"`, `"abc"`, `"abcd"`, `"abcde"`, `"éé"`, `"s"`, `"m"`, `"x"`, `"ab12"`, `"AB12"`, `"ab1"`, `"ab123"`,
	`"0"`, `"5"`, `"1s"`, `"1.5h30m"`, `"-.5ms"`, `"+1µs"`, `"1d"`, `"s1"`, `"1s 2s"`, `"aGk="`, `"aGl="`, `"aGVs"`, `"aGVs="`, `"aA=="`, `"aB=="`, `"a"`,
	`[]`, `[1]`, `["a"]`, `["a","b","c"]`, `["a","b","c","d"]`, `["abcd"]`, `[null]`, `[[]]`, `[[1,0],[]]`, `[[-1]]`, `[{}]`,
	`{}`, `{"a":1}`, `{"a":1,"b":2}`, `{"a":1,"b":2,"c":3}`, `{"a":6}`, `{"count":1}`, `{"count":0}`, `{"count":100,"per":"h"}`, `{"count":1,"per":"d"}`,
	`{"per":"s"}`, `[{"count":1}]`, `[{"count":1},{"count":101}]`, `{"have":""}`, `{"have":1}`, `{"have":"x","a":1}`, `{"b":{}}`, `{"b":{"c":true}}`,
	`{"b":{"c":1}}`, `{"a":null}`, `{"label":"x","kids":[{"label":"y"},{}],"next":null}`, `{"kids":[{"kids":[{"label":1}]}]}`,
	`{"next":{"next":{"by":{"x":{}}}}}`, `{"by":{"x":null}}`, `{"kids":null}`, `[{"a":[{"b":1}]}]`,
}

var keys = []string{
	"name", "on", "i8", "u16", "i64", "u64", "f32", "f64", "enum", "code", "words", "grid", "map", "limits", "first", "pointer",
	"text", "wait", "ticks", "blob", "key", "any", "json", "raw", "inner", "must", "tree", "nam", "Name",
}

// document is one that is nearly right: the two keys that must be there mostly
// are, and one to three others.
func document(r *rand.Rand) string {
	parts := map[string]string{"name": `"ab"`, "must": `{"have":"x"}`}
	for range r.IntN(3) + 1 {
		key := keys[r.IntN(len(keys))]
		if r.IntN(8) > 0 || key != "nam" && key != "Name" {
			parts[key] = values[r.IntN(len(values))]
		}
	}
	if r.IntN(20) == 0 {
		delete(parts, "must")
	}
	var b strings.Builder
	for _, key := range keys {
		if v, ok := parts[key]; ok {
			b.WriteString(`,"` + key + `":` + v)
		}
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

// The schema accepts what the parser accepts and refuses what it refuses. The
// one for Kubernetes accepts it too, and more: it drops unknown keys.
func TestSchemaSaysWhatTheParserDoes(t *testing.T) {
	described := describe[every](t, config.NoRules)
	whole, crd := compile(t, described.JSONSchema()), compile(t, fromCRD(t, structural(t, described)))
	parser, err := config.New[every]()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	accepted, refused, dropped := 0, 0, 0
	check := func(text string) {
		_, err := parser.Parse([]byte(text))
		invalid := validate(t, whole, []byte(text))
		if (err == nil) != (invalid == nil) {
			t.Errorf("%s:\nparser: %v\nschema: %v", text, err, invalid)
		}
		invalidCRD := validate(t, crd, []byte(text))
		switch {
		case err == nil && invalidCRD != nil:
			t.Errorf("%s: is accepted, but not by the CRD's schema: %v", text, invalidCRD)
		case err == nil:
			accepted++
		case invalidCRD == nil:
			dropped++
		default:
			refused++
		}
	}
	for _, key := range keys {
		for _, v := range values {
			if key != "name" && key != "must" {
				check(`{"name":"ab","must":{"have":"x"},"` + key + `":` + v + `}`)
			}
		}
	}
	for range 20000 {
		if check(document(r)); t.Failed() {
			return
		}
	}
	t.Logf("%d accepted, %d refused by all, %d only by the parser and the JSON Schema", accepted, refused, dropped)
	if accepted < 2000 || refused < 2000 {
		t.Error("the documents are too much alike")
	}
}
