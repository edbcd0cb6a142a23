package config

import (
	"testing"

	"github.com/tidwall/gjson"
)

// A field of type gjson.Result is what gjson makes of the value.
func TestResultIsGjsons(t *testing.T) {
	for _, text := range []string{
		`{"a":1}`, `{ "a" : [1, 2] , "b":{}}`, `[]`, `"text"`, `"a\"b\u00e9\ud83d\ude00\n"`, `""`, `true`, `false`, `null`, `0`, `-1.5e3`, `123456789012345678`, `1e400`,
	} {
		c, err := Parse[struct {
			Any gjson.Result `json:"any"`
		}]([]byte(`{"any": ` + text + ` }`))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want := gjson.Parse(text)
		if got := c.Any; got.Type != want.Type || got.Raw != want.Raw || got.Str != want.Str || got.Num != want.Num || got.Index != want.Index {
			t.Errorf("%s: %#v, want %#v", text, got, want)
		}
	}
}

type other struct{ Raw string }

func (o other) Get(string) other { return o }
func (o other) IsObject() bool   { return true }

func TestParseResultOfAnotherType(t *testing.T) {
	if _, err := ParseResult[struct{}](other{Raw: "{}"}); err == nil {
		t.Error("no error")
	}
}
