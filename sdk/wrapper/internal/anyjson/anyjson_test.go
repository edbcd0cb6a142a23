package anyjson

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
)

type inner struct {
	A int `json:"a"`
	B string
	C int
}
type other struct{ C, D int }
type own struct{ n int }

func (o own) MarshalJSON() ([]byte, error) {
	return []byte("{ \"n<\" : \"a \\\" b\u2028\" , \"x\":[1, 2] }"), nil
}

type onPointer struct{ n int }

func (o *onPointer) MarshalText() ([]byte, error) { return []byte("text<"), nil }

type broken struct{}

func (broken) MarshalJSON() ([]byte, error) { return []byte("{"), nil }

type failing struct{}

func (failing) MarshalText() ([]byte, error) { return nil, errors.New("no") }

type self struct {
	Name string
	Next *self `json:",omitempty"`
}

type tags struct {
	inner
	*other
	B       string    `json:"b,omitempty"`
	Skip    int       `json:"-"`
	Dash    int       `json:"-,"` //nolint:staticcheck // a field that is called "-"
	private int       //nolint:unused // is not written
	Number  int       `json:",string"`
	Text    string    `json:"t x,string"`
	Flag    *bool     `json:"flag,string,omitempty"`
	Zero    time.Time `json:"zero,omitzero"`
	Bad     int       `json:"bad\"name"` //nolint:staticcheck // a name that is not taken
	List    []int     `json:",omitempty"`
	Any     any
	Own     onPointer
	Bytes   []byte
	Array   [2]uint8
}

func samples() []any {
	yes, s := true, &self{Name: "a", Next: &self{Name: "<b>"}}
	return []any{
		nil, true, 1, int8(-3), uint64(math.MaxUint64), uintptr(7), 1.5, float32(0.1), 1e21, 1e20, 1e-6, 1e-7, math.Copysign(0, -1), 5e-324, float32(1e-7), float32(1e21),
		"", "a\"\\\b\f\n\r\t\x01\x7f<>&\u2028\u2029é\xff", []byte("abc"), []byte(nil), [3]byte{1, 2}, []any(nil), []any{}, []string{"a"},
		map[string]any(nil), map[string]any{"b": 1, "a": []int{1, 2}, "<": nil}, map[int]string{10: "x", 9: "y"}, map[uint8]bool{1: true},
		map[netip.Addr]int{netip.MustParseAddr("::1"): 1}, own{1}, &own{1}, onPointer{1}, &onPointer{1}, (*onPointer)(nil), []onPointer{{1}}, s, *s,
		tags{inner: inner{1, "b", 2}, other: &other{3, 4}, Number: 5, Text: "q\"", Flag: &yes, Any: own{2}, Bytes: []byte("x")}, &tags{}, struct{}{},
		json.Number("1.50"), json.Number(""), json.RawMessage(` {"a" : 1} `), time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), big.NewInt(1 << 60),
		time.Second, struct{ X any }{[]any{map[string]int{"a": 1}}}, struct {
			N json.Number `json:",string"`
			P *int        `json:"p"`
		}{N: "3"},
	}
}

// TestAppend holds what is written against encoding/json.
func TestAppend(t *testing.T) {
	for _, v := range samples() {
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%#v: %v", v, err)
		}
		got, err := Append([]byte("before"), v)
		if err != nil || string(got) != "before"+string(want) {
			t.Errorf("%#v is\n%s, %v, want\n%s", v, got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	loop := &self{}
	loop.Next = loop
	list := []any{nil}
	list[0] = list
	for _, v := range []any{math.NaN(), math.Inf(1), make(chan int), func() {}, complex(1, 1), broken{}, failing{}, loop, list,
		map[float64]int{1: 1}, map[string]any{"a": math.NaN()}, json.Number("1x"), json.Number(" 1"), json.RawMessage("{"), map[failing]int{{}: 1}} {
		if _, err := json.Marshal(v); err == nil {
			t.Errorf("encoding/json takes %T", v)
		}
		if got, err := Append(nil, v); err == nil {
			t.Errorf("%T is written as %s", v, got)
		}
	}
}

// FuzzAppend: what was decoded is written as encoding/json writes it.
func FuzzAppend(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5,1e30,null,true,"\u00e9<"],"b":{}}`, `"\ud800"`, `1e-9`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var v any
		if strings.Count(text, "[")+strings.Count(text, "{") > 500 || json.Unmarshal([]byte(text), &v) != nil {
			return
		}
		want, err := json.Marshal(v)
		got, err2 := Append(nil, v)
		if (err == nil) != (err2 == nil) || err == nil && string(got) != string(want) {
			t.Fatalf("%s, %v, want %s, %v", got, err2, want, err)
		}
		if jsoncheck.Check([]byte(text), jsoncheck.Limits{}) != nil {
			return // half of a surrogate pair, which encoding/json lets pass
		}
		again, err := Append(nil, json.RawMessage(text))
		wantAgain, err2 := json.Marshal(json.RawMessage(text))
		if (err == nil) != (err2 == nil) || err == nil && string(again) != string(wantAgain) {
			t.Fatalf("raw: %q, %v, want %q, %v", again, err, wantAgain, err2)
		}
	})
}
