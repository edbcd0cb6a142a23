package loose

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
)

func Example() {
	type keys struct {
		Keys []Text `json:"keys"`
	}
	c, err := config.Parse[keys]([]byte(`{"keys": ["a\"b", 102234, 1.50, true]}`))
	fmt.Println(c.Keys, err)
	_, err = config.Parse[keys]([]byte(`{"keys": [null]}`))
	fmt.Println(err)
	// Output:
	// [a"b 102234 1.50 true] <nil>
	// keys[0]: must be a string or a number
}

func TestText(t *testing.T) {
	for json, want := range map[string]string{`""`: "", `"a"`: "a", `"\u00fc\n"`: "ü\n", `0`: "0", `-1e3`: "-1e3", `false`: "false"} {
		var got Text
		if err := got.UnmarshalJSON([]byte(json)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", json, got, err, want)
		}
	}
	for _, json := range []string{``, `null`, `[]`, `{"a":1}`} {
		if err := new(Text).UnmarshalJSON([]byte(json)); err == nil {
			t.Errorf("%s: no error", json)
		}
	}
}

func TestValue(t *testing.T) {
	for json, want := range map[string]string{`null`: "", `"a"`: "a", `12`: "12", `true`: "true", `[1, 2]`: "[1, 2]", `{"a":{}}`: `{"a":{}}`} {
		var got Value
		if err := got.UnmarshalJSON([]byte(json)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", json, got, err, want)
		}
	}
	if err := new(Value).UnmarshalJSON(nil); err == nil {
		t.Error("no error")
	}
}
