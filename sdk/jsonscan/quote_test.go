package jsonscan_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

func TestAppendQuoted(t *testing.T) {
	for _, s := range []string{"", "plain", "a\"b\\c", "\b\f\n\r\t\x00\x1f\x7f", "<a href='x'>&", "caf\u00e9 \u4e16 \U0001f600", "\u2027\u2028\u2029\u202a", "\xff", "a\xc2", "\ufffd"} {
		checkQuoted(t, s)
	}
}

func checkQuoted(t *testing.T, s string) {
	t.Helper()
	want, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if got := jsonscan.AppendQuoted([]byte("x"), s); string(got) != "x"+string(want) {
		t.Errorf("%q: %s, want %s", s, got, want)
	}
}

func FuzzAppendQuoted(f *testing.F) {
	f.Add("a\u2028\xff<")
	f.Fuzz(func(t *testing.T, s string) { checkQuoted(t, s) })
}

// String and Array have gjson's meaning.
func TestAsGjson(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, `false`, `0`, `-0`, `12`, `-7`, `1.50`, `1e3`, `-2.5E-3`, `123456789012345678901234567890`, `1e400`, `""`, `"a\u00e9\n"`,
		`{}`, `{"a": [1, 2]}`, `[]`, `[1]`, `[ "a" , null, {"b":[]}, [2] ]`,
	} {
		got, want := jsonscan.Get([]byte(text)), gjson.Parse(text)
		if got.String() != want.String() {
			t.Errorf("%s: String is %q, gjson has %q", text, got.String(), want.String())
		}
		var a, b []string
		for _, v := range got.Array() {
			a = append(a, string(v.Raw()))
		}
		for _, v := range want.Array() {
			b = append(b, v.Raw)
		}
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%s: Array is %q, gjson has %q", text, a, b)
		}
	}
	if v := (jsonscan.Value{}); v.String() != "" || v.Array() != nil {
		t.Error("a missing value is", v)
	}
}

func ExampleAppendQuoted() {
	fmt.Printf("%s\n", jsonscan.AppendQuoted(nil, "say \"hi\"\n"))
	// Output: "say \"hi\"\n"
}
