package automaton

import (
	"bytes"
	"math"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// expressions are those that have something special.
var expressions = []string{
	``, `a`, `abc`, `(?i)abc`, `(?i)straße|K`, `[a-c]+d`, `a|b|cd`, `(a|b)*c`, `^a`, `a$`, `^$`, `^`, `$`, `(?m)^a`, `(?m)a$`, `(?m)^$`, `(?m)^a.*b$`,
	`(?s)a.b`, `a.b`, `(?sm)^foo\s*bar$`, `\ba`, `a\b`, `\Ba`, `a\B`, `\b`, `\B`, `\b\b`, `(?i)\bunion\b.{1,10}\bselect\b`, `\Aab`, `ab\z`, `\A\z`,
	`x{2,5}y`, `(?:ab){3}`, `a{0}`, `a??b`, `(a*)*b`, `(a|)+`, `[^a]`, `[^\n]`, `[^\x00-\x7f]`, `\x{fffd}`, `[\x{fffd}]`, `é+`, `[а-я]+\b`, `(?i)ſ|K`, `.`, `(?s).`,
	`\pL\d`, `\PL`, `[[:^alpha:]]\w\W`, `(?i)[k-s]`, `[\x{d7ff}-\x{e000}]`, `(^|a)b`, `(?m)(^|;)b($|,)`, `(a$|b)c?`, `\n^a`, `(?m)\n^a$\n`, `a\b\n`, `(?m)(?:^\b|\B$)x*`,
	`(?i:a)b|ac`, `ab|(?i:a)c`, `(?i:k)[ab]|k_`, `(?:a|b\b)+x`, `(?m)(?:a$|b)\s?c`, `(?:\bxx|y)+\b`, `[ -\x{7e}]{3}\x7f`, `[\x{7f}-\x{ff}]a`, `\x00|\x7f[^a]`,
	`(?i)(?:sleep\s*?\(.*?\)|benchmark\s*?\(.*?,.*?\))`, `(?:[a-z]+\d){3,}[^\w]`, `['"]\s*(?:or|and)\s*['"\d]`, `\.\.(?:/|\\)`, `(?i)<[^>]*on[a-z]+\s*=`,
}

// check compares an answer with that of regexp.
func check(t *testing.T, m *Pattern, expr, text string) Answer {
	t.Helper()
	want := No
	if regexp.MustCompile(expr).MatchString(text) {
		want = Yes
	}
	got := m.Match(text, BytesOf(text))
	if got != want && got != Unknown {
		t.Fatalf("%q in %q: %d, want %d", expr, text, got, want)
	}
	return got
}

func pattern(t *testing.T, p *Pool, expr string) *Pattern {
	t.Helper()
	m, err := p.New(expr)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The same answers as regexp, for expressions over texts made of what is in them.
func TestAnswers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "A", "K", "b", "c", "d", "abc", "ABC", "x", "xx", "y", "\n", " ", "\t", "_", "0", "9", "é", "ß", "ſ", "\u212a", "k", "я", "\xff", "\xc3", "\xe2\x82", "\ufffd", "\U0001f355", "\xed\xa0\x80", "\x7f", "\x00",
		"union", "select", "SeLeCt", "sleep(", ")", "'", "or", "\"1", "../", "<a on", "click =", ";", ",", "foo", "bar"}
	for _, expr := range expressions {
		m := pattern(t, NewPool(1<<20), expr)
		check(t, m, expr, "")
		for range 2000 {
			var text strings.Builder
			for range r.IntN(8) {
				text.WriteString(pieces[r.IntN(len(pieces))])
			}
			if check(t, m, expr, text.String()) == Unknown {
				t.Fatalf("%q: no answer", expr)
			}
		}
	}
}

// Where there is little room the answers are the same, and the room is kept.
func TestLittleRoom(t *testing.T) {
	const limit = 3000
	pool, r, unknown := NewPool(limit), rand.New(rand.NewPCG(3, 4)), 0
	exprs := []string{`[ab]*a[ab]{7}c`, `(?i)(?:ab|ba){3}\b.c`, `a[^a]{3}b`}
	var all []*Pattern
	for _, expr := range exprs {
		all = append(all, pattern(t, pool, expr))
	}
	for range 5000 {
		text := make([]byte, r.IntN(60))
		for i := range text {
			text[i] = "aabbc \n"[r.IntN(7)]
		}
		for i, m := range all {
			if check(t, m, exprs[i], string(text)) == Unknown {
				unknown++
			}
		}
		if pool.Used() > limit {
			t.Fatalf("%d bytes are used", pool.Used())
		}
	}
	if pool.Cleared() == 0 {
		t.Error("the pool was never full: that proves little")
	}
	if unknown > 1000 {
		t.Errorf("%d texts have no answer", unknown)
	}
}

// A text that needs a new state at each byte is left to regexp before it costs much.
func TestExplosion(t *testing.T) {
	expr := `[ab]*a[ab]{12}c`
	pool := NewPool(8 << 20)
	m := pattern(t, pool, expr)
	r := rand.New(rand.NewPCG(5, 6))
	text := bytes.Repeat([]byte("c"), 20001)
	for i := range text[:20000] {
		text[i] = "ab"[r.IntN(2)]
	}
	if got := m.Match(string(text), BytesOf(string(text))); got != Unknown {
		t.Errorf("%d, want no answer", got)
	}
	if n := len(m.states.keys); n > newStates(len(text))+2 || n < 256 {
		t.Errorf("%d states were made", n)
	}
	check(t, m, expr, string(text[len(text)-14:]))
}

// An automaton with as many states as it may have begins anew, alone.
func TestMostStates(t *testing.T) {
	expr, pool := `[ab]*a[ab]{12}c`, NewPool(8<<20)
	m, other := pattern(t, pool, expr), pattern(t, pool, `[xy]z`)
	check(t, other, `[xy]z`, "xxyxz")
	r, most := rand.New(rand.NewPCG(8, 9)), 0
	for range 400 {
		text := bytes.Repeat([]byte("c"), 101)
		for i := range text[:100] {
			text[i] = "ab"[r.IntN(2)]
		}
		if check(t, m, expr, string(text)) == Unknown {
			t.Fatal("no answer")
		}
		most = max(most, len(m.states.keys))
	}
	if most < mostStates-100 || most > mostStates || len(m.states.keys) == most || pool.Cleared() != 0 || len(other.states.keys) == 0 {
		t.Errorf("%d states at most, now %d, all were forgotten %d times", most, len(m.states.keys), pool.Cleared())
	}
	if used := m.states.bytes + other.states.bytes; used != pool.Used() || used > 1<<20 {
		t.Errorf("%d bytes are used, not %d", pool.Used(), used)
	}
	pool.clear()
	if pool.Used() != 0 || pool.Cleared() != 1 {
		t.Errorf("%d bytes are used after all was forgotten", pool.Used())
	}
}

// Instructions are told apart in every round, also when their numbers begin anew.
func TestMarks(t *testing.T) {
	pool := NewPool(1)
	if m := pool.mark(3); m.twice(2) || !m.twice(2) || m.twice(0) {
		t.Error("first round")
	}
	if m := pool.mark(3); m.twice(2) || !m.twice(2) {
		t.Error("second round")
	}
	pool.seen.round = math.MaxUint32
	for i := range pool.seen.last {
		pool.seen.last[i] = 1
	}
	if m := pool.mark(3); m.twice(1) || !m.twice(1) {
		t.Error("after the last number")
	}
}

// An expression that regexp refuses is refused, and a very large one is left to it.
func TestLimits(t *testing.T) {
	pool := NewPool(1 << 20)
	if _, err := pool.New(`a(b`); err == nil {
		t.Error("no error")
	}
	var many strings.Builder
	for i := range 300 {
		many.WriteRune(rune(0x400 + 2*i))
		many.WriteString("x")
		many.WriteRune(rune('0' + i%10))
		many.WriteString("|")
	}
	m := pattern(t, pool, many.String()+"zz")
	if got := check(t, m, many.String()+"zz", "Ѐzz"); got != Unknown {
		t.Errorf("%d, want no answer", got)
	}
	tiny := pattern(t, NewPool(10), `ab`)
	if got := tiny.Match("ab", BytesOf("ab")); got != Unknown {
		t.Errorf("%d without any room, want no answer", got)
	}
}

// What regexp/syntax finds, package regexp agrees to.
func FuzzAnswers(f *testing.F) {
	for _, expr := range expressions {
		f.Add(expr, "abc\nÀ union select\xff'1")
	}
	f.Fuzz(func(t *testing.T, expr, text string) {
		if len(expr) > 200 || len(text) > 2000 {
			return
		}
		if _, err := regexp.Compile(expr); err != nil {
			return
		}
		pool := NewPool(4000)
		m := pattern(t, pool, expr)
		check(t, m, expr, text)
		check(t, m, expr, text+"\n"+text)
	})
}

// What nobody uses any more is not kept by its pool, and neither is its room.
func TestGone(t *testing.T) {
	pool := NewPool(1 << 20)
	kept := pattern(t, pool, `[ab]c`)
	check(t, kept, `[ab]c`, "xxac")
	for range 1000 {
		check(t, pattern(t, pool, `[ab]{1,9}c`), `[ab]{1,9}c`, "ababxc")
		if pool.Used() > 1<<19 {
			runtime.GC()
		}
	}
	runtime.GC()
	pool.members = slices.Clip(pool.members)
	last := pattern(t, pool, `a.b`)
	check(t, last, `a.b`, "axb")
	if n := len(pool.members); n > 10 {
		t.Errorf("%d members, of which two are used", n)
	}
	pool.clear()
	if pool.Used() != 0 {
		t.Errorf("%d bytes are used", pool.Used())
	}
	check(t, kept, `[ab]c`, "bc")
	runtime.KeepAlive(last)
}
