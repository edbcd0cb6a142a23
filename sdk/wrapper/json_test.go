package wrapper

import (
	"encoding/json"
	"testing"

	"github.com/tidwall/gjson"
)

var texts = []string{
	`{}`, `{"a":{"b":[1,2,{"c":"d.e|f"}]},"@this":1,"x.y":"}"}`, ` [1, "]", null] `, "\n\"a.b|c\\\"\\u00e9\"", `true`, `false`, `null`,
	`0`, `-1`, `1.5`, `-12.25e-3`, `1e400`, `123456789012345678901`, `"!x"`, `""`, `[]`,
}

// What parsers get is what gjson makes of the text, without the white space
// around it.
func TestResultIsGjsons(t *testing.T) {
	for _, text := range texts {
		got, want := result[gjson.Result]([]byte(text)), gjson.ParseBytes([]byte(text))
		if trimmed := len(want.Raw) - 1; want.IsArray() && want.Raw[trimmed] == ' ' {
			want.Raw = want.Raw[:trimmed]
		}
		if got.Type != want.Type || got.Raw != want.Raw || got.Str != want.Str || got.Num != want.Num || got.Indexes != nil {
			t.Errorf("%s: %#v, want %#v", text, got, want)
		}
	}
}

func FuzzResult(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := splitConfig([]byte(text))
		if valid := gjson.Valid(text); err != nil || !valid {
			return
		}
		got := result[gjson.Result](c.raw)
		want := gjson.ParseBytes(c.raw)
		if got.Type != want.Type || got.String() != want.String() && !want.IsObject() && !want.IsArray() {
			t.Errorf("%s: %#v, want %#v", text, got, want)
		}
	})
}

func TestQuotingIsEncodingJSONs(t *testing.T) {

	for _, s := range []string{"", "a", `"\`, "<&>\u2028", "\x00\xff\xfe", "\u00e9"} {
		quoted, _ := json.Marshal(s)
		if got := MarshalStr(s); got != string(quoted[1:len(quoted)-1]) {
			t.Errorf("%q: %s, want %s", s, got, quoted)
		}
	}
	for _, s := range []string{`"a"`, ` "a\n" `, `null`, `1`, `{}`, `"`, ``, `"a" "b"`, `"\ud800"`, "\"\xff\xfe\"", "\"\n\"", `"\u12"`, `"\`, `"\"`, `"\\"`, `"\ud83dx"`, `"\u00E9\/"`, `"\x"`, `"\u00e9\ud83d\ude00\u2028"`} {
		var want string
		if json.Unmarshal([]byte(s), &want) != nil {
			want = ""
		}
		if got := UnmarshalStr(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
