package jsoncheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAccepted(t *testing.T) {
	for _, text := range []string{
		`0`, `-0`, `-0.5e+10`, `1E5`, `""`, `"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, `true`, ` null `, "[]", "{}",
		`[1,[2,{}],{"a":[]}]`, `{"a":{"b":[1,2]},"c":"d"}`, "\t[\r\n1 , 2 ]\n", `"é😀"`, `{"a":1,"a":2}`,
	} {
		if err := Check([]byte(text), Limits{}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("%s: the standard library refuses it", text)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, says := range map[string]string{
		``:                        "line 1, column 1: the text ends where a value is expected",
		`  `:                      "line 1, column 3: the text ends",
		`[1,`:                     "column 4: the text ends where a value",
		`[1,]`:                    "column 4: a value is expected",
		`[1 2]`:                   "column 4: a comma or a closing bracket",
		`[1}`:                     "column 3: a comma or a closing bracket",
		`{"a":1]`:                 "column 7: a comma or a closing bracket",
		`{"a":1,}`:                "column 8: a key in quotes",
		`{a:1}`:                   "column 2: a key in quotes",
		`{"a" 1}`:                 "column 6: a colon",
		"{\n \"a\": tru}":         "line 2, column 7: a value is expected",
		`NaN`:                     "a value is expected",
		`nan`:                     "a value is expected",
		`nul`:                     "a value is expected",
		`Infinity`:                "a value is expected",
		`-`:                       "a digit is expected",
		`+1`:                      "a value is expected",
		`.5`:                      "a value is expected",
		`01`:                      "something follows the value",
		`1.`:                      "after the point",
		`1.e5`:                    "after the point",
		`1e`:                      "in the exponent",
		`0x10`:                    "something follows",
		`1 2`:                     "something follows",
		`{} x`:                    "something follows",
		"{}\x00":                  "something follows",
		`"a`:                      "ends in a string",
		`"a\`:                     "ends in a string",
		`"\x"`:                    "an escape that JSON doesn't have",
		`"\u12g4"`:                "four hexadecimal digits",
		`"\u12"`:                  "four hexadecimal digits",
		`"\ud800"`:                "surrogate pair",
		`"\udc00\ud800"`:          "surrogate pair",
		`"\ud800\ud800"`:          "surrogate pair",
		"\"a\nb\"":                "control character",
		"\"\xff\"":                "line 1, column 2: not valid UTF-8",
		"[1,\n\"\xed\xa0\x80\"":   "line 2, column 2: not valid UTF-8",
		"\ufeff{}":                "a value is expected",
		strings.Repeat("1", 2000): "a number has more than 1100",
	} {
		err := Check([]byte(text), Limits{})
		if !errors.Is(err, ErrSyntax) || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: error %v, want one with %q", text, err, says)
		}
	}
}

func TestLimits(t *testing.T) {
	deep := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	for _, c := range []struct {
		text   []byte
		limits Limits
		kind   error
	}{
		{deep(512), Limits{}, nil},
		{deep(513), Limits{}, ErrDepth},
		{deep(3), Limits{Depth: 3}, nil},
		{deep(4), Limits{Depth: 3}, ErrDepth},
		{[]byte(`{"a":{"b":{}}}`), Limits{Depth: 2}, ErrDepth},
		{[]byte(`[1,2]`), Limits{Values: 3}, nil},
		{[]byte(`[1,2,3]`), Limits{Values: 3}, ErrValues},
		{[]byte(`{"a":1}`), Limits{Values: 3}, nil},
		{[]byte(`{"a":1,"b":2}`), Limits{Values: 3}, ErrValues},
		{[]byte(`"abc"`), Limits{Bytes: 5}, nil},
		{[]byte(`"abcd"`), Limits{Bytes: 5}, ErrBytes},
		{make([]byte, DefaultBytes+1), Limits{}, ErrBytes},
	} {
		if err := Check(c.text, c.limits); !errors.Is(err, c.kind) {
			t.Errorf("%.20s %+v: error %v, want %v", c.text, c.limits, err, c.kind)
		}
	}
}

func TestDepth(t *testing.T) {
	for text, ok := range map[string]bool{
		"[[]]": true, "[[[]]]": false, `["[[["]`: true, `["\"[[["]`: true, `[{}]`: true, `[{"a":[]}]`: false, "[],[],[[": true, "]]][[[": false, "]]": true,
		`"\`: true, "[[": true,
	} {
		err := Depth([]byte(text), 2)
		if (err == nil) != ok || err != nil && !errors.Is(err, ErrDepth) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Nothing takes longer than its length accounts for.
func TestHostileInTime(t *testing.T) {
	const n = 1 << 20
	for name, unit := range map[string]string{
		"brackets": "[", "objects": `{"a":`, "quotes": `"`, "backslashes": `\`, "escapes": `"\u0041`, "digits": "9",
		"commas": ",", "keys": `{"a":1,`, "spaces": " ", "list": "[1,", "nulls": "null,", "bytes": "\xff",
	} {
		text := bytes.Repeat([]byte(unit), n/len(unit))
		for _, text := range [][]byte{text, append([]byte{'['}, text...)} {
			whole, eighth := took(text), took(text[:n/8])
			// A machine may be slow; what grows with the square takes 64 times as long.
			if whole > time.Second && whole > 24*eighth {
				t.Errorf("%s: %v for %d bytes, %v for an eighth", name, whole, len(text), eighth)
			}
		}
	}
}

func took(text []byte) time.Duration {
	start := time.Now()
	Check(text, Limits{})
	Depth(text, 0)
	return time.Since(start)
}

// What Check accepts is JSON, and it refuses only for a reason that the standard
// library doesn't know.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"\u00e9",null]}`, `[[[`, `"\ud800"`, "\"\xff\"", `{"a":1,"a":2}`, `-`, `1e`, `{"":{}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := Check(text, Limits{Depth: 20})
		valid := json.Valid(text)
		switch {
		case err == nil && !valid:
			t.Errorf("%q is accepted", text)
		case err == nil && Depth(text, 20) != nil:
			t.Errorf("%q: Depth and Check don't agree", text)
		case errors.Is(err, ErrSyntax) && valid && !known(err):
			t.Errorf("%q is refused: %v", text, err)
		case errors.Is(err, ErrDepth) && Depth(text, 20) == nil:
			t.Errorf("%q: Depth accepts it", text)
		}
	})
}

// known says whether an error is about what the standard library lets pass.
func known(err error) bool {
	for _, reason := range []string{"surrogate", "UTF-8", "characters"} {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

func BenchmarkCheck(b *testing.B) {
	text := []byte("[" + strings.Repeat(`{"name":"value","list":[1,2.5,true,null]},`, 1<<20/43) + "{}]")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := Check(text, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
