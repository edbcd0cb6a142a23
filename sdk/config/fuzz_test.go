package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// ordinary has no tags but json's, so that the standard library must agree.
type ordinary struct {
	S  string             `json:"s"`
	B  bool               `json:"b"`
	I  int                `json:"i"`
	I8 int8               `json:"i8"`
	U  uint64             `json:"u"`
	F  float64            `json:"f"`
	F3 float32            `json:"f3"`
	L  []string           `json:"l"`
	N  [][]int            `json:"n"`
	M  map[string]float64 `json:"m"`
	P  *ordinary          `json:"p"`
	R  json.RawMessage    `json:"r"`
	A  any                `json:"a"`
	Y  []byte             `json:"y"`
	V  struct {
		X int `json:"x"`
	} `json:"v"`
}

// What the parser accepts means the same to the standard library, and nothing
// makes it panic.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"s":"a\u00e9\ud83d\ude00","b":true,"i":-5,"i8":127,"u":18446744073709551615,"f":1e-7,"f3":0.1,"l":["x",""],"n":[[1],[]],"m":{"k":1}}`,
		`{"p":{"p":{"s":"x"}},"r":[1, {"a":null}],"a":{"b":[1,"2",false,null]},"y":"aGk=","v":{"x":1}}`,
		`{"i":1e3,"i8":1.0,"p":null,"a":null,"r":null}`, `{"S":"x"}`, `{"i":1,"i":2}`, `[[[`, ``, `{"m":{"\"\\\/\b\f\n\r\t":0}}`, `{"_rules_":[]}`,
		`{"y":"aGl="}`, `{"f3":1e39}`, `{"i":1e99999999999}`, `{"i":0e-99}`,
	} {
		f.Add([]byte(seed))
	}
	p, err := New[ordinary]()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := p.Parse(text)
		if _, e := Parse[full](text); e != nil && len(e.Error()) > 20*(300+100*64) {
			t.Errorf("an error of %d bytes", len(e.Error()))
		}
		if _, e := p.Override(got, text); err == nil && e != nil {
			t.Errorf("%q is refused on top of itself: %v", text, e)
		}
		if err != nil || len(bytes.TrimSpace(text)) == 0 {
			return
		}
		var want ordinary
		if err := json.Unmarshal(text, &want); err != nil {
			if !strings.Contains(err.Error(), "json: cannot unmarshal number") {
				t.Errorf("%q: the standard library refuses it: %v", text, err) // it wants integers without an exponent
			}
			return
		}
		if bytes.Contains(text, []byte("_match_")) || bytes.Contains(text, []byte("_rules_")) {
			return
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v\nwant %+v", text, got, want)
		}
	})
}

// Whole numbers are exact or refused.
func FuzzWholeNumbers(f *testing.F) {
	f.Add(int64(1), uint8(0), 1)
	f.Add(int64(-1<<63), uint8(3), -3)
	f.Fuzz(func(t *testing.T, n int64, zeros uint8, exponent int) {
		if exponent %= 1000; n == 0 {
			zeros = 0 // two zeros in front are no number
		}
		z := strings.Repeat("0", int(zeros))
		text := fmt.Sprintf("%d%s.%se%d", n, z, z+"0", exponent)
		want, exact := n, true
		for i := int(zeros) + exponent; i != 0 && want != 0 && exact; {
			if i > 0 {
				exact = want*10/10 == want
				want, i = want*10, i-1
			} else {
				exact = want%10 == 0
				want, i = want/10, i+1
			}
		}
		got, err := Parse[struct{ N int64 }]([]byte(`{"N":` + text + `}`))
		if (err == nil) != exact && len(text) < 1000 || err == nil && got.N != want {
			t.Errorf("%s: %d, %v; want %d, exactly: %t", text, got.N, err, want, exact)
		}
	})
}

// A megabyte of anything is answered in the time that its length accounts for.
func TestHostileInTime(t *testing.T) {
	const n = 1 << 20
	for name, c := range map[string]struct{ before, unit, after string }{
		"unknown keys": {`{"a":1`, `,"naem":1`, `}`},
		"same key":     {`{"i8":1`, `,"i8":1`, `}`},
		"list":         {`{"codes":[1`, `,1`, `]}`},
		"bad list":     {`{"codes":[1`, `,""`, `]}`},
		"objects":      {`{"limits":[{}`, `,{}`, `]}`},
		"long number":  {`{"i64":1`, `0`, `}`},
		"long string":  {`{"name":"`, `\u0061`, `"}`},
		"map":          {`{"headers":{"a":""`, `,"b":""`, `}}`},
		"open map":     {`{"open":{"a":""`, `,"b":""`, `}}`},
		"json":         {`{"json":[1`, `,[]`, `]}`},
		"secrets":      {`{"keys":["k"`, `,"kx"`, `]}`},
		"hooks":        {`{"keys":["k"` + strings.Repeat(`,"kx"`, n/40) + `],"limits":[{"count":99}`, `,          {"count":99}`, `]}`},
		"brackets":     {`{"open":`, `[`, ``},
		"spaces":       {`{"open":`, ` `, `1}`},
	} {
		text := []byte(c.before + strings.Repeat(c.unit, n/len(c.unit)) + c.after)
		part := []byte(c.before + strings.Repeat(c.unit, n/8/len(c.unit)) + c.after)
		whole, eighth := took(text), took(part)
		t.Logf("%s: %v for %d bytes", name, whole, len(text))
		// A machine may be slow; what grows with the square takes 64 times as long.
		if whole > time.Second && whole > 24*eighth {
			t.Errorf("%s: %v for %d bytes, %v for %d", name, whole, len(text), eighth, len(part))
		}
	}
}

func took(text []byte) time.Duration {
	start := time.Now()
	Parse[full](text)
	return time.Since(start)
}

func BenchmarkParse(b *testing.B) {
	text := []byte(`{"limits":[` + strings.Repeat(`{"count":1,"per":"m"},`, 9999) + `{"count":1}]}`)
	p, err := New[full]()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
