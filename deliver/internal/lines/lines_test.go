package lines

import (
	"strings"
	"testing"
	"time"
)

func TestPrinter(t *testing.T) {
	var b strings.Builder
	p := New(&b, func(n int) string { return strings.Repeat("x", n) })
	p.Print(2)
	p.Print(1)
	if b.String() != "xx\nx\n" {
		t.Errorf("%q", b.String())
	}
}

func TestObject(t *testing.T) {
	for want, event := range map[string]any{
		`{"event":"e"}`: struct{}{},
		`{"event":"e","n":1}`: struct {
			N int `json:"n"`
		}{1},
		`{"event":"e","error":"json: unsupported type: chan int"}`: make(chan int),
	} {
		if got := Object("e", event); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	if got := Plain(" a\nb\tc\x1b[2Jd\u0085\n"); got != "a b c\ufffd[2Jd" {
		t.Errorf("%q", got)
	}
}

func TestRound(t *testing.T) {
	if a, b := Round(1234567*time.Nanosecond), Round(1234567*time.Microsecond); a != 1200*time.Microsecond || b != 1235*time.Millisecond {
		t.Errorf("%v %v", a, b)
	}
}
