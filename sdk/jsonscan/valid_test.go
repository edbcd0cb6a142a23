package jsonscan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// malformed and valid texts, in which every rule of the grammar is broken once.
var grammar = []string{
	``, ` `, `{}`, `[]`, ` [ ] `, `{ }`, `[1]`, `[1,2 , 3 ]`, `{"a":1}`, `{"a" : 1 , "b":[{}]}`, `1`, `"a"`, `tru`, `true`, `nulll`, `false `, `null,`,
	`[`, `]`, `{`, `}`, `[}`, `{]`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1 "b":2}`, `{1:2}`, `{"a":1}}`, `[]]`, `[] []`, `{,}`, `{"a":1]`, `[1}`,
	`0`, `-0`, `-`, `01`, `-1.5e+3`, `1.`, `.5`, `1.e3`, `1e`, `1e+`, `1E-7`, `+1`, `0x1`, `1a`, `--1`, `0.0`, `-01`, `1e5.5`, "[-1.25E+2,0]",
	`"`, `"\"`, `"\\"`, `"\\\"`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\uABcd"`, `"\u00"`, `"\`, `"\ud800"`, "\"\xff\"", "\"\x7f\"", "\"a\nb\"", "\"\x00\"", "\"\x1f\"", "\"long enough for words \x1f of eight bytes\"", `"!# of eight bytes and some more of them"`,
	"\"12345678901234567890123456789012345678901234567890\\q\"", "\"12345678901234567890123456789012345678901234567890\\n\"", "\ufeff{}", "{}\x00", "\v1", "1\f", "\t\r\n 1\t\r\n ",
	sample, sample + "x", strings.Repeat("[", 200) + strings.Repeat("]", 200), strings.Repeat("[", 200) + strings.Repeat("]", 199) + "}",
	strings.Repeat(`{"a":[`, 100) + "1" + strings.Repeat("]}", 100), strings.Repeat(`{"a":[`, 100) + "1" + strings.Repeat("]}", 67) + "}]" + strings.Repeat("]}", 32),
}

func TestValid(t *testing.T) {
	valid := 0
	for _, text := range grammar {
		likeOthers(t, []byte(text))
		if Valid([]byte(text)) {
			valid++
		}
	}
	if valid < 20 || len(grammar)-valid < 50 {
		t.Errorf("%d of %d texts are valid", valid, len(grammar))
	}
}

// likeOthers compares Valid with gjson and the standard library.
func likeOthers(t testing.TB, text []byte) {
	t.Helper()
	got := Valid(text)
	if want := gjson.ValidBytes(text); got != want {
		t.Errorf("%.80q: valid %v, gjson has %v", text, got, want)
	}
	if want := json.Valid(text); got != want {
		t.Errorf("%.80q: valid %v, encoding/json has %v", text, got, want)
	}
}

// One wrong byte anywhere in a text is seen as gjson sees it.
func TestValidWithAnotherByte(t *testing.T) {
	text := document()[:600]
	text = append(text[:bytes.LastIndexByte(text, '}')+1], "]}"...)
	if !Valid(text) {
		t.Fatalf("not valid: %s", text)
	}
	for i := range text {
		for _, c := range []byte("\"\\{}[],: 0a\x00\x1f\x80-") {
			other := bytes.Clone(text)
			other[i] = c
			likeOthers(t, other)
		}
		likeOthers(t, text[:i])
		likeOthers(t, append(text[:i:i], text[i+1:]...))
	}
}

// paths are asked for together, and one by one.
var paths = [][]string{{}, {"a"}, {"b", "c", "1", "d"}, {"dup"}, {"key"}, {"z", "0"}, {"_y", "2"}, {"", ""}, {"none"}, {"b"}, {"1", "0"}, {"a", "a"}, {"0"}}

// likeGet compares what is found in one pass with Valid and Get.
func likeGet(t testing.TB, text []byte) {
	t.Helper()
	want := make([]string, len(paths))
	for i, path := range paths {
		if Valid(text) {
			want[i] = string(Get(text, path...).Raw())
		}
		v, valid := GetValid(text, path...)
		if string(v.Raw()) != want[i] || valid != Valid(text) || v.Exists() != (want[i] != "") {
			t.Errorf("%.80q at %q: %q, %v, want %q, %v", text, path, v.Raw(), valid, want[i], Valid(text))
		}
	}
	for _, n := range []int{len(paths), 3} { // with and without an allocation
		values := make([]Value, n+1)
		values[n] = Value{raw: []byte("old")}
		if valid := GetManyValid(text, values, paths[:n]...); valid != Valid(text) || values[n].Exists() {
			t.Errorf("%.80q: valid %v, %q left", text, valid, values[n].Raw())
		}
		for i := range n {
			if got := string(values[i].Raw()); got != want[i] {
				t.Errorf("%.80q: value %d is %q, want %q", text, i, got, want[i])
			}
		}
	}
}

func TestGetValid(t *testing.T) {
	for _, text := range append(slices.Clone(grammar), `{"a":{"b":1},"a":{"a":2}}`, `[[1],[2],{"0":3}]`, `{"a":[{"a":1}],"a":{"a":{"a":5}}}`,
		`[[],[[]],[1]]`, `{"1":["x","y"]}`, `{"b":{"c":[1]},"b":{"c":[1,{"d":2}]},"b":{"c":[1,{"d":3}]}}`, `{"dup":}`, `{"dup":1`, `{"dup":1}x`) {
		likeGet(t, []byte(text))
	}
	for _, text := range corpus(t) {
		likeGet(t, text)
	}
	var one [1]Value
	if !GetManyValid([]byte(`{"a":1,"b":2}`), one[:], []string{"a"}, []string{"b"}) || string(one[0].Raw()) != "1" {
		t.Errorf("more paths than values: %q", one[0].Raw())
	}
}

// Every path of gjson's texts leads to the same value.
func TestGetValidLikeGet(t *testing.T) {
	for _, text := range corpus(t) {
		var walk func(v Value, path []string)
		walk = func(v Value, path []string) {
			if len(path) > 12 {
				return
			}
			if got, valid := GetValid(text, path...); !valid || !bytes.Equal(got.Raw(), Get(text, path...).Raw()) {
				t.Fatalf("%.80q at %q: %q, %v", text, path, got.Raw(), valid)
			}
			for key, value := range v.Members {
				walk(value, append(path[:len(path):len(path)], string(key.AppendText(nil))))
			}
			n := 0
			for value := range v.Elements {
				walk(value, append(path[:len(path):len(path)], fmt.Sprint(n)))
				n++
			}
		}
		walk(Get(text), nil)
	}
}

func FuzzValid(f *testing.F) {
	for _, text := range grammar {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) < 4096 {
			likeOthers(t, text)
			likeGet(t, text)
		}
	})
}

func TestValidAllocations(t *testing.T) {
	doc := document()
	var values [3]Value
	want := [][]string{{"model"}, {"stream"}, {"messages", "3", "role"}}
	if n := testing.AllocsPerRun(100, func() {
		if v, valid := GetValid(doc, "model"); !valid || !v.Exists() || !GetManyValid(doc, values[:], want...) || !values[2].Exists() {
			t.Fatal("not found")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Depth is bounded by the text alone.
func TestValidDeep(t *testing.T) {
	const n = 1 << 20
	if !Valid([]byte(strings.Repeat("[", n) + strings.Repeat("]", n))) {
		t.Error("a deep text is not valid")
	}
	if _, valid := GetValid([]byte(strings.Repeat(`{"a":`, n)), "a", "a"); valid {
		t.Error("a deep text without its end is valid")
	}
}

func BenchmarkValid(b *testing.B) {
	doc := document()
	for name, f := range map[string]func() bool{
		"jsonscan":     func() bool { return Valid(doc) },
		"jsonscan/get": func() bool { _, valid := GetValid(doc, "model"); return valid },
		"gjson":        func() bool { return gjson.ValidBytes(doc) },
		"gjson/get":    func() bool { return gjson.ValidBytes(doc) && gjson.GetBytes(doc, "model").Exists() },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				if !f() {
					b.Fatal("not valid")
				}
			}
		})
	}
}
