package jsonscan

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

const sample = ` {"a":1,"b":{"c":[true,{"d":"e\"f"},null],"x y":-1.5e3}, "": {"":"empty"} ,
 "k\u0065y":"esc\u00e9\ud83d\ude00\n","dup":1,"dup":2,"_y":["[","}","\\"],"z":[]} `

func TestGet(t *testing.T) {
	for path, want := range map[string]string{
		"a": "1", "b.c.0": "true", "b.c.1.d": `"e\"f"`, "b.c.2": "null", "b.x y": "-1.5e3", "key": `"esc\u00e9\ud83d\ude00\n"`,
		"dup": "1", "_y.2": `"\\"`, "z": "[]", "z.0": "", "b.c.3": "", "a.b": "", "b.c.x": "", "b.c.-1": "", "none": "", "b.c.99999999999": "",
	} {
		if got := Get([]byte(sample), strings.Split(path, ".")...); string(got.Raw()) != want || got.Exists() != (want != "") {
			t.Errorf("%s: %q, want %q", path, got.Raw(), want)
		}
	}
	if got := Get([]byte(sample), "", ""); string(got.Raw()) != `"empty"` {
		t.Errorf("empty keys: %q", got.Raw())
	}
	if got := Get([]byte(sample)); string(got.Raw()) != strings.TrimSpace(sample) {
		t.Errorf("the whole: %q", got.Raw())
	}
}

func TestValue(t *testing.T) {
	doc := []byte(`{"s":"a\tb","i":-7,"f":1.5,"big":9223372036854775808,"t":true,"n":null,"l":[],"o":{},"w":trap}`)
	if s, err := Get(doc, "s").Text(); s != "a\tb" || err != nil {
		t.Errorf("text %q, %v", s, err)
	}
	if i, err := Get(doc, "i").Int(); i != -7 || err != nil {
		t.Errorf("int %d, %v", i, err)
	}
	if f, err := Get(doc, "f").Float(); f != 1.5 || err != nil {
		t.Errorf("float %v, %v", f, err)
	}
	if b, err := Get(doc, "t").Bool(); !b || err != nil {
		t.Errorf("bool %v, %v", b, err)
	}
	for name, kind := range map[string]Kind{"s": String, "i": Number, "t": Bool, "n": Null, "l": List, "o": Object, "none": Missing} {
		if got := Get(doc, name).Kind(); got != kind {
			t.Errorf("%s is %v, want %v", name, got, kind)
		}
	}
	if _, err := Get(doc, "none").Text(); !errors.Is(err, ErrMissing) {
		t.Errorf("missing: %v", err)
	}
	for _, err := range []error{second(Get(doc, "i").Text()), second(Get(doc, "s").Int()), second(Get(doc, "n").Bool()), second(Get(doc, "l").Float()), second(Get(doc, "w").Bool())} {
		if !errors.Is(err, ErrKind) {
			t.Errorf("wrong kind: %v", err)
		}
	}
	for _, err := range []error{second(Get(doc, "f").Int()), second(Get(doc, "big").Int())} {
		if err == nil {
			t.Error("a number that isn't an int64 has no error")
		}
	}
}

func second[T any](_ T, err error) error { return err }

// corpus are the JSON texts in the source of gjson's own tests.
func corpus(t testing.TB) [][]byte {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tidwall/gjson").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(out)), "gjson_test.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var texts [][]byte
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && gjson.Valid(s) {
				texts = append(texts, []byte(s))
			}
		}
		return true
	})
	return texts
}

// Every value of every text in gjson's tests is found where gjson finds it.
func TestLikeGJSON(t *testing.T) {
	texts, paths := corpus(t), 0
	for _, text := range texts {
		paths += compare(t, text)
	}
	if len(texts) < 200 || paths < 1000 {
		t.Errorf("compared %d paths in %d texts: the corpus has shrunk", paths, len(texts))
	}
}

// compare walks over a text and returns how many paths it has compared.
func compare(t testing.TB, text []byte) int {
	t.Helper()
	n := 0
	var walk func(v gjson.Result, path []string, escaped string)
	walk = func(v gjson.Result, path []string, escaped string) {
		if len(path) > 40 {
			return
		}
		if escaped != "" {
			n++
			check(t, text, path, gjson.GetBytes(text, escaped))
		}
		each(t, v)
		if !v.IsObject() && !v.IsArray() {
			return
		}
		index := 0
		v.ForEach(func(key, value gjson.Result) bool {
			name := key.String()
			if v.IsArray() {
				name = strconv.Itoa(index)
				index++
			}
			if next, ok := join(escaped, name); ok {
				walk(value, append(path[:len(path):len(path)], name), next)
			}
			return true
		})
	}
	walk(gjson.ParseBytes(text), nil, "")
	return n
}

// each compares the members or elements of a value with those that gjson has.
func each(t testing.TB, v gjson.Result) {
	t.Helper()
	var want, got []string
	v.ForEach(func(key, value gjson.Result) bool {
		if v.IsObject() || v.IsArray() {
			want = append(want, key.String(), value.Raw)
		}
		return true
	})
	for key, value := range Get([]byte(v.Raw)).Members {
		got = append(got, string(key.AppendText(nil)), string(value.Raw()))
	}
	for value := range Get([]byte(v.Raw)).Elements {
		got = append(got, strconv.Itoa(len(got)/2), string(value.Raw()))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%.60s: has %q, gjson has %q", v.Raw, got, want)
	}
}

// join appends a key to a path of gjson's, where it can be written in one.
func join(path, key string) (string, bool) {
	if key == "" || path == "" && (key[0] == '@' || key[0] == '!') {
		return "", false
	}
	for _, c := range key {
		if c < ' ' || c > '~' {
			return "", false
		}
	}
	if path != "" {
		path += "."
	}
	return path + gjson.Escape(key), true
}

func check(t testing.TB, text []byte, path []string, want gjson.Result) {
	t.Helper()
	got := Get(text, path...)
	if string(got.Raw()) != strings.TrimSpace(want.Raw) {
		t.Errorf("%.60s: %q is %.60q, gjson has %.60q", text, path, got.Raw(), want.Raw)
	}
	if s, err := got.Text(); want.Type == gjson.String && (err != nil || s != want.String()) {
		t.Errorf("%.60s: %q is %q, %v, gjson has %q", text, path, s, err, want.String())
	}
}

func TestEach(t *testing.T) {
	var got []string
	for key, value := range Get([]byte(sample)).Members {
		name, _ := key.Text()
		got = append(got, name+"="+string(value.Raw()))
	}
	if len(got) != 8 || got[0] != "a=1" || !strings.HasPrefix(got[3], "key=") || got[4] != "dup=1" || got[5] != "dup=2" {
		t.Errorf("members %q", got)
	}
	var kinds []Kind
	for v := range Get([]byte(sample), "b", "c").Elements {
		kinds = append(kinds, v.Kind())
	}
	if !slices.Equal(kinds, []Kind{Bool, Object, Null}) {
		t.Errorf("elements %v", kinds)
	}
	for _, doc := range []string{``, `[]`, `{}`, `1`, `{"a"`, `{"a":`, `{"a":1`, `[1`, `[`, `{`, `{"a`, `{1:2}`} {
		n := 0
		for range Get([]byte(doc)).Members {
			n++
		}
		for range Get([]byte(doc)).Elements {
			n++
		}
		if n != 0 {
			t.Errorf("%s has %d members or elements", doc, n)
		}
	}
	for range Get([]byte(sample)).Members {
		break // a second call of yield would panic
	}
}

// On anything, the scan ends and stays inside.
func FuzzGet(f *testing.F) {
	for _, s := range []string{sample, `{"a":"\u12`, `[[[[`, `{"a" 1}`, `"\`, `{"a":{"a":[0,{"a":1}]}}`, `{"a":tru`, `{"\u0061":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, path := range [][]string{nil, {"a"}, {"a", "a"}, {"0"}, {"a", "1", "a"}} {
			v := Get(doc, path...)
			v.AppendText(nil)
			for key, value := range v.Members {
				key.AppendText(nil)
				value.Kind()
			}
			for value := range v.Elements {
				value.AppendText(nil)
			}
			if v.Exists() && !bytes.Contains(doc, v.Raw()) {
				t.Errorf("%q has %q", doc, v.Raw())
			}
		}
		if gjson.ValidBytes(doc) && len(doc) < 4096 {
			compare(t, doc)
		}
	})
}

// Neither length nor depth makes the scan slow: time is in proportion.
func TestHostile(t *testing.T) {
	const n = 4 << 20
	for name, doc := range map[string]string{
		"depth": strings.Repeat("[", n), "objects": strings.Repeat(`{"a":`, n/5), "escapes": `{"x":"` + strings.Repeat(`\"`, n/2),
		"keys": "{" + strings.Repeat(`"a":1,`, n/6), "spaces": strings.Repeat(" ", n), "strings": "[" + strings.Repeat(`"",`, n/3),
	} {
		begin := time.Now()
		if v := Get([]byte(doc), "b"); v.Exists() {
			t.Errorf("%s: found %.20q", name, v.Raw())
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func TestAllocations(t *testing.T) {
	doc, buffer := []byte(sample), make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() { buffer = Get(doc, "b", "c", "1", "d").AppendText(buffer[:0]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// document is a request to a language model of about 16 KiB, whose last key is
// the wanted one.
func document() []byte {
	var b bytes.Buffer
	b.WriteString(`{"stream":true,"messages":[`)
	for i := range 60 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"role":"user","n":%d,"content":"%s \"quoted\" \n"}`, i, strings.Repeat("some words of a message, ", 8))
	}
	b.WriteString(`],"temperature":0.7,"model":"large"}`)
	return b.Bytes()
}

func BenchmarkLateKey(b *testing.B) {
	doc := document()
	b.Run("jsonscan", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		for b.Loop() {
			if v := Get(doc, "model"); !v.Exists() {
				b.Fatal("missing")
			}
		}
	})
	b.Run("gjson", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		for b.Loop() {
			if v := gjson.GetBytes(doc, "model"); !v.Exists() {
				b.Fatal("missing")
			}
		}
	})
}
