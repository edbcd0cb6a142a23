package format

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"
)

type config struct {
	Name   string
	Limits []int
	Inner  *config
	By     map[string]any
	hidden error
}

type level int

func (l level) String() string { return fmt.Sprintf("level-%d", int(l)) }

// unexported has what a plugin's configuration may have: fields that reflection
// shows but doesn't give out.
type unexported struct {
	bytes   []byte
	array   [2]byte
	named   []small
	err     error
	level   level
	values  map[string][]byte
	any     any
	f       func()
	pointer *int
}

type small uint8

type panics struct{ n int }

func (p *panics) Error() string { return fmt.Sprint(p.n) }

// TestLikeFmt compares with package fmt itself.
func TestLikeFmt(t *testing.T) {
	c := config{Name: "n", Limits: []int{1, -2}, By: map[string]any{"b": 2, "a": []string{"x"}}, hidden: errors.New("e")}
	for _, v := range []struct {
		format string
		args   []any
	}{
		{"plain", nil}, {"100%%", nil}, {"%", nil}, {"%d", nil}, {"%5", []any{1}}, {"ünïcode %s é", []any{"ö"}},
		{"%s|%10s|%-10s|%.2s|%q|%x|%X|% x|%#x", []any{"añb", "añb", "añb", "añb", "a\"b\n", "hi", "hi", "hi", "hi"}},
		{"%d|%5d|%-5d|%05d|%+d|% d|%.3d|%x|%#x|%X|%b|%o|%#o|%O|%c|%q|%U", []any{-42, 42, 42, -42, 42, 42, 7, 255, 255, 255, 5, 8, 8, 8, 'x', 'y', '世'}},
		{"%v %v %v %v", []any{int8(-128), int64(math.MinInt64), uint64(math.MaxUint64), uintptr(7)}},
		{"%f|%.2f|%8.3f|%-8.1f|%e|%g|%G|%v|%+v|%08.2f", []any{1.5, 1.555, -1.5, 1.5, 12345.678, 1e21, 1e-7, 1e20, 2.5, -3.14159}},
		{"%v %v %v %v", []any{float32(0.1), 1e21, 1e6, 123456789.0}},
		{"%v %v %v", []any{math.Inf(1), math.NaN(), math.Inf(-1)}},
		{"%f %05.1f %+v", []any{math.Inf(1), math.Inf(1), math.Inf(-1)}}, {"%+f", []any{math.Inf(1)}},
		{"%v %v %v", []any{map[uint8]int{10: 1, 9: 2}, map[float64]int{1.5: 1, -2: 3, 10: 4}, map[int64]int{math.MaxInt64: 1, math.MinInt64: 2}}},
		{"%v %+v", []any{unexported{}, unexported{}}}, {"%s", []any{unexported{}}}, {"%q", []any{unexported{bytes: []byte("b")}}},
		{"%v", []any{&unexported{[]byte("b"), [2]byte{65, 66}, []small{67}, errors.New("e"), 1, map[string][]byte{"k": []byte("v")}, []byte("a"), nil, nil}}},
		{"%s %q %x %v", []any{[]small{65, 66}, []small{65, 66}, [2]small{65, 66}, []small{65}}},
		{"%s %d %q %+v", []any{&[]string{"a"}, &[]int{1}, &map[string]string{"a": "b"}, &config{Name: "p"}}}, {"%s", []any{&config{Name: "p"}}},
		{"%t %v %5t", []any{true, false, true}},
		{"%v|%s|%d", []any{nil, nil, nil}},
		{"%v %+v", []any{c, c}}, {"%v", []any{&config{Name: "p"}}}, {"%+v", []any{[]config{{Name: "q"}}}},
		{"%v %v %v", []any{[]string{"a", "b"}, map[int]string{10: "x", 2: "y"}, [2]bool{true}}},
		{"%s %x %v %q", []any{[]byte("raw"), []byte("raw"), []byte("raw"), []string{"a b"}}},
		{"%v %s %d %q %x", []any{level(3), level(3), level(3), level(3), level(3)}},
		{"%v %s %w", []any{errors.New("bad"), errors.New("bad"), errors.New("bad")}},
		{"%v", []any{(*panics)(nil)}}, {"%v", []any{(*config)(nil)}},
		{"%v %s", []any{time.Second, 1500 * time.Millisecond}},
		{"%T %T %T", []any{1, "s", c}},
		{"%d %s %t %z", []any{"s", 1, "x", 2}},
		{"%*d|%-*d|%.*f", []any{5, 1, 5, 2, 2, 3.14159}}, {"%*d", []any{"x", 1}},
		{"extra", []any{1, "two", nil}},
		{"%v", []any{[]any{1, "a", nil, errors.New("x")}}}, {"%v", []any{map[string]any{}}},
		{"%6v|%-6v|%06v", []any{"ab", 12, 34}}, {"%v", []any{complex(1, -2)}}, {"%v", []any{struct{}{}}},
	} {
		want := fmt.Sprintf(v.format, v.args...)
		if v.format == "%v %s %w" {
			want = "bad bad bad" // fmt keeps %w to Errorf
		}
		if got := Sprintf(v.format, v.args...); got != want {
			t.Errorf("Sprintf(%q, %v)\n got %q\nwant %q", v.format, v.args, got, want)
		}
	}
}

func TestCyclesEnd(t *testing.T) {
	c := &config{}
	c.By = map[string]any{}
	c.By["self"] = c.By
	if got := Sprintf("%v", c); got == "" {
		t.Error("nothing was formatted")
	}
}

func FuzzLikeFmt(f *testing.F) {
	f.Add("%5.2f %d", 3, "x", 1.5)
	f.Add("%-08x %q %", -7, "é\x00", -1.0)
	f.Fuzz(func(t *testing.T, format string, n int, s string, x float64) {
		if got := Sprintf(format, n, s, x); len(got) > len(format)*(maxNumber+8)+8*len(s)+4096 {
			t.Errorf("formatted to %d bytes", len(got))
		}
	})
}
