package config

import (
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	_ "github.com/sluiceproxy/sluice/sdk/config/pattern"
)

type level string

func (l level) Validate() error {
	if l == "loud" {
		return errors.New("too loud")
	}
	return nil
}

type wild struct{ raw string }

func (w *wild) UnmarshalJSON(json []byte) error {
	w.raw = string(json)
	if w.raw == `"bad"` {
		return errors.New("wild text " + w.raw)
	}
	return nil
}

type common struct {
	Name string `json:"name" minLength:"2" maxLength:"5"`
}

type limit struct {
	Count int    `json:"count" min:"1" max:"100" required:"true"`
	Per   string `json:"per" enum:"s,m,h" default:"s"`
}

func (l *limit) Validate() error {
	if l.Count == 99 {
		return errors.New("count 99 is taken")
	}
	return nil
}

type full struct {
	common
	Enabled bool              `json:"enabled" default:"true"`
	I8      int8              `json:"i8"`
	I64     int64             `json:"i64"`
	U16     uint16            `json:"u16"`
	U64     uint64            `json:"u64"`
	F32     float32           `json:"f32"`
	F64     float64           `json:"f64" exclusiveMin:"-1" exclusiveMax:"1e10"`
	Wait    time.Duration     `json:"wait" default:"500ms" min:"1ms" max:"1m"`
	Ticks   time.Duration     `json:"ticks" unit:"ms"`
	Methods []string          `json:"methods" default:"GET,POST" enum:"GET,POST,PUT" minItems:"1" maxItems:"3"`
	Codes   []int             `json:"codes" min:"100" max:"599"`
	Prime   int               `json:"prime" enum:"2,3,5"`
	Headers map[string]string `json:"headers" pattern:"^[a-z]+$" maxItems:"2"`
	Limits  []limit           `json:"limits"`
	First   *limit            `json:"first"`
	ByKey   map[string]*limit `json:"by_key"`
	Nested  struct {
		Deep int `json:"deep" default:"7"`
	} `json:"nested"`
	Addr  netip.Addr   `json:"addr"`
	Level level        `json:"level"`
	Wild  wild         `json:"wild"`
	Open  any          `json:"open"`
	JSON  gjson.Result `json:"json"`
	Blob  []byte       `json:"blob"`
	Opt   *int         `json:"opt" max:"5"`
	Key   string       `json:"key" secret:"true" minLength:"4"`
	Keys  []string     `json:"keys" secret:"true" pattern:"^k"`
	Gone  string       `json:"-"`
	Plain int
	inner int //nolint:unused // it must not be a key
}

func TestParse(t *testing.T) {
	got, err := Parse[full]([]byte(` { "name":"ab\u0063","enabled":false,"i8":-128,"i64":9223372036854775807,"u16":1e3,
		"u64":18446744073709551615,"f32":1.5,"f64":-0.25e1e, "wait":"1m" }`))
	if err == nil {
		t.Fatalf("got %+v", got)
	}
	got, err = Parse[full]([]byte(` { "name":"ab\u0063","enabled":false,"i8":-128,"i64":9223372036854775807,"u16":1e3,
		"u64":18446744073709551615,"f32":1.5,"f64":-0.25e0, "wait":"1m","ticks":1500,"methods":["PUT"],"codes":[200,4.04e2],
		"prime":3.0,"headers":{"a":"x"},"limits":[{"count":1},{"count":2,"per":"h"}],"first":{"count":3},"by_key":{"k":{"count":4},"n":null},
		"nested":{},"addr":"::1","level":"low","wild": [1, 2],"open":{"a":[1,null,"b",true]},"json": {"x":{"y":[1]}},"blob":"aGk=","opt":5,
		"key":"s3cret","keys":["k1"],"Plain":-0}`))
	if err != nil {
		t.Fatal(err)
	}
	five := 5
	want := full{
		common: common{Name: "abc"}, I8: -128, I64: 1<<63 - 1, U16: 1000, U64: 1<<64 - 1, F32: 1.5, F64: -0.25, Wait: time.Minute,
		Ticks: 1500 * time.Millisecond, Methods: []string{"PUT"}, Codes: []int{200, 404}, Prime: 3, Headers: map[string]string{"a": "x"},
		Limits: []limit{{1, "s"}, {2, "h"}}, First: &limit{3, "s"}, ByKey: map[string]*limit{"k": {4, "s"}, "n": nil},
		Addr: netip.MustParseAddr("::1"), Level: "low", Wild: wild{"[1, 2]"},
		Open: map[string]any{"a": []any{1.0, nil, "b", true}}, JSON: gjson.Parse(`{"x":{"y":[1]}}`), Blob: []byte("hi"), Opt: &five,
		Key: "s3cret", Keys: []string{"k1"},
	}
	want.Nested.Deep = 7
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDefaults(t *testing.T) {
	for _, text := range []string{"", " \n", "{}"} {
		got, err := Parse[full]([]byte(text))
		want := full{Enabled: true, Wait: 500 * time.Millisecond, Methods: []string{"GET", "POST"}}
		want.Nested.Deep = 7
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

// The struct of a guide that knows json tags only.
func TestPlainStruct(t *testing.T) {
	type Config struct {
		Enabled    bool   `json:"enabled"`
		SomeOption string `json:"some_option,omitempty"`
	}
	got, err := ParseResult[Config](gjson.Get(`{"config":{"enabled":true,"some_option":"x"}}`, "config"))
	if err != nil || got != (Config{true, "x"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ParseResult[Config](gjson.Result{}); err != nil || got != (Config{}) {
		t.Errorf("no JSON: %+v, %v", got, err)
	}
	_, err = Parse[Config]([]byte(`{"enabled":1,"some_optoin":"x"}`))
	if err == nil || err.Error() != `enabled: must be a boolean, got a number; some_optoin: unknown key, did you mean "some_option"?` {
		t.Errorf("error is %v", err)
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                                    `must be an object, got a list`,
		`null`:                                  `must be an object, got null`,
		`"x"`:                                   `must be an object, got a string`,
		`{`:                                     `line 1, column 2: the text ends where a key in quotes is expected`,
		`{} {}`:                                 `line 1, column 4: something follows the value`,
		`{"i64":NaN}`:                           `line 1, column 8: a value is expected`,
		"{\"name\":\"\xff\"}":                   `line 1, column 10: not valid UTF-8`,
		`{"name":1}`:                            `name: must be a string, got a number`,
		`{"name":null}`:                         `name: must be a string, got null`,
		`{"name":"a"}`:                          `name: must have at least 2 characters, got 1`,
		`{"name":"abcdef"}`:                     `name: must have at most 5 characters, got 6`,
		`{"name":"ééééé"}`:                      ``,
		`{"enabled":"true"}`:                    `enabled: must be a boolean, got a string`,
		`{"i8":128}`:                            `i8: must be at most 127, got 128`,
		`{"i8":-129}`:                           `i8: must be at least -128, got -129`,
		`{"i8":1.5}`:                            `i8: must be a whole number, got 1.5`,
		`{"i8":1e-1}`:                           `i8: must be a whole number, got 1e-1`,
		`{"i8":12e0}`:                           ``,
		`{"i8":0.13e3}`:                         `i8: must be at most 127, got 0.13e3`,
		`{"i8":"1"}`:                            `i8: must be a whole number, got a string`,
		`{"i64":9223372036854775808}`:           `i64: must be at most 9223372036854775807, got 9223372036854775808`,
		`{"i64":1e400}`:                         `i64: must be at most 9223372036854775807, got 1e400`,
		`{"i64":1e99999999999999999999}`:        `i64: must be at most 9223372036854775807, got 1e99999999999999999999`,
		`{"i64":0e99999999999999999999}`:        ``,
		`{"i64":1e-99999999999999999999}`:       `i64: must be a whole number, got 1e-99999999999999999999`,
		`{"u16":-1}`:                            `u16: must be at least 0, got -1`,
		`{"u16":65536}`:                         `u16: must be at most 65535, got 65536`,
		`{"u64":18446744073709551616}`:          `u64: must be at most 18446744073709551615, got 18446744073709551616`,
		`{"u64":-0}`:                            ``,
		`{"f32":1e39}`:                          `f32: is out of range of float32, got 1e39`,
		`{"f64":1e999}`:                         `f64: is out of range of float64, got 1e999`,
		`{"f64":-1}`:                            `f64: must be more than -1, got -1`,
		`{"f64":10000000000}`:                   `f64: must be less than 1e10, got 10000000000`,
		`{"f64":"1"}`:                           `f64: must be a number, got a string`,
		`{"wait":5}`:                            `wait: must be a string with a unit, such as "500ms", got a number`,
		`{"wait":"5"}`:                          `wait: must be a duration, such as "500ms" or "1m30s", got "5"`,
		`{"wait":true}`:                         `wait: must be a string with a unit, such as "500ms", got a boolean`,
		`{"wait":"0s"}`:                         `wait: must be at least 1ms, got 0s`,
		`{"wait":"61s"}`:                        `wait: must be at most 1m, got 1m1s`,
		`{"ticks":"2s"}`:                        ``,
		`{"ticks":1.5}`:                         `ticks: must be a duration, such as "500ms" or "1m30s", got 1.5`,
		`{"ticks":9e18}`:                        `ticks: must be a duration, such as "500ms" or "1m30s", got 9e18`,
		`{"methods":"GET"}`:                     `methods: must be a list, got a string`,
		`{"methods":[]}`:                        `methods: must have at least 1 element, got 0`,
		`{"methods":["GET","GET","PUT","X"]}`:   `methods[3]: must be one of "GET", "POST", "PUT", got "X"; methods: must have at most 3 elements, got 4`,
		`{"codes":[1,"2",600]}`:                 `codes[0]: must be at least 100, got 1; codes[1]: must be a whole number, got a string; codes[2]: must be at most 599, got 600`,
		`{"prime":4}`:                           `prime: must be one of 2, 3, 5, got 4`,
		`{"headers":{"X-y z":"A"}}`:             `headers["X-y z"]: must match ^[a-z]+$, got "A"`,
		`{"headers":{"x-y":"A"}}`:               `headers.x-y: must match ^[a-z]+$, got "A"`,
		`{"headers":{"":"A"}}`:                  `headers[""]: must match ^[a-z]+$, got "A"`,
		`{"headers":{"a":"a","\u0061":"b"}}`:    `headers.a: is there more than once`,
		`{"headers":{"a":"a","b":"b","c":"c"}}`: `headers: must have at most 2 keys, got 3`,
		`{"headers":[]}`:                        `headers: must be an object, got a list`,
		`{"limits":[{"count":1},{"count":0},{}]}`: `limits[1].count: must be at least 1, got 0; limits[2].count: is required`,
		`{"limits":[null]}`:                       `limits[0]: must be an object, got null`,
		`{"limits":[{"count":99}]}`:               `limits[0]: count 99 is taken`,
		`{"first":null}`:                          ``,
		`{"by_key":{"a":{"count":"s"}}}`:          `by_key.a.count: must be a whole number, got a string`,
		`{"first":{"count":1,"cuont":2}}`:         `first.cuont: unknown key, did you mean "count"?`,
		`{"i8":1,"i8":1}`:                         `i8: is there more than once`,
		`{"nested":{"deep":[]}}`:                  `nested.deep: must be a whole number, got a list`,
		`{"addr":"x"}`:                            `addr: ParseAddr("x"): unable to parse IP`,
		`{"addr":5}`:                              `addr: must be a string, got a number`,
		`{"level":"loud"}`:                        `level: too loud`,
		`{"wild":"bad"}`:                          `wild: wild text "bad"`,
		`{"wild":{"a":{"b":1,"b":2}}}`:            `wild.a.b: is there more than once`,
		`{"json":[{"b":1,"b":2}]}`:                `json[0].b: is there more than once`,
		`{"open":{"b":1,"b":2}}`:                  `open.b: is there more than once`,
		`{"open":[1e999]}`:                        `open[0]: is out of range of float64, got 1e999`,
		`{"open":null,"json":null}`:               ``,
		`{"blob":"a"}`:                            `blob: must be base64, got "a"`,
		`{"blob":"aGl="}`:                         `blob: must be base64, got "aGl="`,
		`{"opt":6}`:                               `opt: must be at most 5, got 6`,
		`{"opt":null}`:                            ``,
		`{"Enabled":true}`:                        `Enabled: unknown key, did you mean "enabled"?`,
		`{"byKey":{}}`:                            `byKey: unknown key, did you mean "by_key"?`,
		`{"Gone":"x"}`:                            `Gone: unknown key`,
		`{"inner":1}`:                             `inner: unknown key`,
		`{"zzzzzzzzz":{"a":[1]}}`:                 `zzzzzzzzz: unknown key`,
		`{"_rules_":[{"x":1}],"_plugin_id_":"p","_match_route_":["r"],"_match_consumer_":[]}`: ``,
		`{"_match_":1}`:                     `_match_: unknown key`,
		`{"_rule_":1}`:                      `_rule_: unknown key`,
		`{"first":{"count":1,"_rules_":1}}`: `first._rules_: unknown key`,
	} {
		_, err := Parse[full]([]byte(text))
		if got := message(err); got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestSecretsAreNotShown(t *testing.T) {
	for text, want := range map[string]string{
		`{"key":"hid"}`:           `key: must have at least 4 characters (the value is secret)`,
		`{"key":12345}`:           `key: must be a string, got a number`,
		`{"keys":["khid","hid"]}`: `keys[1]: must match ^k (the value is secret)`,
		`{"kye":"hidden"}`:        `kye: unknown key, did you mean "key"?`,
		`{"key":"hidden}`:         `line 1, column 16: the text ends in a string`,
	} {
		_, err := Parse[full]([]byte(text))
		if got := message(err); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

type talker struct {
	Token  string            `json:"token" secret:"true"`
	Pin    int               `json:"pin" secret:"true"`
	By     map[string]string `json:"by" secret:"true" minLength:"9"`
	Addr   netip.Addr        `json:"addr" secret:"true"`
	Nested struct {
		Token string `json:"token" secret:"true"`
	} `json:"nested"`
}

func (t talker) Validate() error {
	return errors.New("don't like " + t.Token + " and " + t.Nested.Token + ", pin 4711")
}

func TestSecretsInHooks(t *testing.T) {
	for text, want := range map[string]string{
		`{"token":"hunter2","pin":4711,"nested":{"token":"x\u0079z"}}`: `don't like *** and ***, pin ***`,
		`{"by":{"tok":"hunter2"}}`:                                     `by[*]: must have at least 9 characters (the value is secret)`,
		`{"addr":"hunter2"}`:                                           `addr: is refused by netip.Addr, whose reasons are not shown because it is secret`,
	} {
		_, err := Parse[talker]([]byte(text))
		if got := message(err); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	_, err := Override(talker{Token: "old-secret"}, []byte(`{"nested":{"token":"new-secret"}}`))
	if got := message(err); got != `don't like *** and ***, pin 4711` {
		t.Errorf("override: %s", got)
	}
}

func TestManyProblems(t *testing.T) {
	text := `{"codes":[` + strings.Repeat("1,", 99) + `1]}`
	_, err := Parse[full]([]byte(text))
	var e *Error
	if !errors.As(err, &e) || len(e.Problems) != 20 || e.More != 80 || !strings.HasSuffix(err.Error(), "; and 80 more") {
		t.Errorf("error is %v", err)
	}
	if e.Problems[19] != (Problem{"codes[19]", "must be at least 100, got 1"}) {
		t.Errorf("the last problem listed is %+v", e.Problems[19])
	}
}

func TestLongValuesAreCut(t *testing.T) {
	_, err := Parse[full]([]byte(`{"methods":["` + strings.Repeat("é", 5000) + `"],"` + strings.Repeat("k", 5000) + `":1}`))
	if err == nil || len(err.Error()) > 400 {
		t.Errorf("error of %d bytes: %v", len(message(err)), err)
	}
}

func TestLimits(t *testing.T) {
	deep := func(n int) string { return `{"open":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	for name, c := range map[string]struct{ text, says string }{
		"depth":    {deep(MaxDepth), "nested deeper than 100 levels"},
		"no depth": {deep(MaxDepth - 1), ""},
		"brackets": {strings.Repeat("[", 12<<10), "nested deeper"},
		"bytes":    {strings.Repeat(" ", MaxBytes+1) + "{}", "at most 4194304 are allowed"},
		"values":   {`{"open":[` + strings.Repeat("1,", MaxValues) + `1]}`, "more than 262144 values"},
	} {
		_, err := Parse[full]([]byte(c.text))
		if (err == nil) != (c.says == "") || !strings.Contains(message(err), c.says) {
			t.Errorf("%s: %.200v", name, err)
		}
	}
}
