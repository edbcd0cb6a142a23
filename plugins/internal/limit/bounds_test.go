package limit

import (
	"context"
	"crypto/sha1" //nolint:gosec // Redis'
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
)

// fake is a Redis that gives one answer.
type fake struct {
	name  string
	args  []any
	err   error
	calls int
}

func (f *fake) Command(_ context.Context, name string, args ...any) (call.Value, error) {
	f.name, f.args = name, args
	f.calls++
	return call.Value{}, f.err
}

// number is one of an answer.
type number int

func (n number) Integer() int { return int(n) }

func numbers(ns ...number) []number { return ns }

// What Redis is asked, and what its answers mean.
func TestRedisAnswers(t *testing.T) {
	ctx := context.Background()
	limits := []Limit{{Key: "a", Count: 5, Window: time.Second}, {Key: "b", Count: 7, Window: time.Minute, Burst: 9, Algorithm: GCRA}}
	for _, c := range []struct {
		answer []number
		want   string
	}{
		{numbers(1, 4, 1000, 2, 500), "{true 7 2 500ms}"},
		{numbers(1, 1, 1000, 2, 500), "{true 5 1 1s}"},
		{numbers(1, 0, 1000, 2, 500), "{true 5 0 1s}"},
		{numbers(0, -1, 1000, 2, 500), "{false 5 0 1s}"},
		{numbers(0, 3, 1000, -1, 250), "{false 7 0 250ms}"},
		{numbers(0, -1, 1000, -1, 250), "{false 5 0 1s}"},
		{numbers(0, -1, 1000, -1, 2500), "{false 7 0 2.5s}"},
		{numbers(1, -1, 1000, 2, 500), "unexpected answer of Redis: 1, although"},
		{numbers(0, 4, 1000, 2, 500), "unexpected answer of Redis: 0, although"},
		{numbers(1, 4, 1000, 2), "numbers, want 5"}, {numbers(1, 4, 1000, 2, 500, 1), "numbers, want 5"}, {numbers(), "numbers, want 5"},
	} {
		v, err := verdictOf(c.answer, limits)
		got := fmt.Sprint(v)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%v: %s, want %s", c.answer, got, c.want)
		}
	}
	f := &fake{}
	if v, err := (&Redis{client: f}).Take(ctx, limits...); !errors.Is(err, ErrAnswer) || f.calls != 1 {
		t.Errorf("no answer: %+v, %v", v, err)
	}
	if args := fmt.Sprint(f.args); f.name != "EVALSHA" || args != "["+scriptSum+" 2 a b:gcra fixed_window 5 1000 5 gcra 7 60000 9]" || cap(f.args) != 12 {
		t.Errorf("asked for %s %s", f.name, args)
	}
	gone := &fake{err: errors.New("gone")}
	if _, err := (&Redis{client: gone}).Take(ctx, limits...); !errors.Is(err, gone.err) {
		t.Errorf("%v", err)
	}
	if v, err := (&Redis{client: gone}).Take(ctx); err != nil || !v.Allowed || gone.calls != 1 {
		t.Errorf("no limits: %+v, %v", v, err)
	}
}

// Redis is sent the whole script where it has not run it by its sum, and only then.
func TestRedisScriptBySum(t *testing.T) {
	if sum := sha1.Sum([]byte(script)); hex.EncodeToString(sum[:]) != scriptSum { //nolint:gosec // Redis'
		t.Errorf("the script's sum is %x", sum)
	}
	ctx, one := context.Background(), Limit{Key: "a", Count: 5, Window: time.Second}.Prepared()
	for _, c := range []struct {
		err    error
		calls  int // of two requests
		second string
	}{
		{&call.Error{Err: call.RedisError("NOSCRIPT No matching script. Please use EVAL.")}, 4, "EVAL"},
		{&call.Error{Err: call.RedisError("ERR unknown command 'EVALSHA'")}, 3, "EVAL"},
		{&call.Error{Err: call.RedisError("NOPERM this user has no permissions to run the 'evalsha' command")}, 3, "EVAL"},
		{&call.Error{Err: call.RedisError("ERR Error running script")}, 2, "EVALSHA"},
		{&call.Error{Err: call.ErrTimeout}, 2, "EVALSHA"},
	} {
		f := &fake{err: c.err}
		r := &Redis{client: f}
		for range 2 {
			if _, err := r.Take(ctx, one); !errors.Is(err, c.err) {
				t.Errorf("%v: %v", c.err, err)
			}
		}
		if f.calls != c.calls || f.name != c.second || (f.args[0] == script) != (c.second == "EVAL") {
			t.Errorf("%v: %d calls, the last is %s", c.err, f.calls, f.name)
		}
	}
}

// The bounds of a limit, from both sides.
func TestCheckBounds(t *testing.T) {
	day := MaxBurst/MaxWindow.Milliseconds() - 1
	for _, c := range []struct {
		limit Limit
		ok    bool
	}{
		{Limit{Count: 1, Window: time.Millisecond}, true}, {Limit{Count: 0, Window: time.Second}, false}, {Limit{Count: 1, Window: MaxWindow}, true},
		{Limit{Count: 1, Window: MaxWindow + time.Millisecond}, false}, {Limit{Count: 1, Window: time.Millisecond - 1}, false}, {Limit{Count: 1, Window: time.Second + 1}, false},
		{Limit{Count: MaxCount, Window: time.Second}, true}, {Limit{Count: MaxCount + 1, Window: time.Second}, false},
		{Limit{Count: 1, Burst: -1, Window: time.Second}, false}, {Limit{Count: 1, Burst: MaxCount, Window: time.Second}, true}, {Limit{Count: 1, Burst: MaxCount + 1, Window: time.Second}, false},
		{Limit{Count: day, Window: MaxWindow, Algorithm: GCRA}, true}, {Limit{Count: day + 1, Window: MaxWindow, Algorithm: GCRA}, false},
		{Limit{Count: 1, Burst: day, Window: MaxWindow, Algorithm: GCRA}, true}, {Limit{Count: 1, Burst: day + 1, Window: MaxWindow, Algorithm: GCRA}, false},
		{Limit{Count: MaxBurst - 1, Window: time.Millisecond, Algorithm: GCRA}, true}, {Limit{Count: MaxBurst, Window: time.Millisecond, Algorithm: GCRA}, false},
		{Limit{Count: 1, Window: 0, Algorithm: GCRA}, false},
	} {
		if err := c.limit.Check(); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.limit, err)
		}
	}
}

// Of two limits the one that refuses counts, else the one with the least left.
func TestTighter(t *testing.T) {
	v := func(allowed bool, left int64, reset time.Duration) Verdict { return Verdict{allowed, 9, left, reset} }
	for _, c := range []struct{ a, b, want Verdict }{
		{v(true, 2, 1), v(true, 1, 2), v(true, 1, 2)}, {v(true, 1, 1), v(true, 2, 2), v(true, 1, 1)}, {v(true, 1, 1), v(true, 1, 2), v(true, 1, 1)},
		{v(false, 0, 1), v(true, 1, 2), v(false, 0, 1)}, {v(true, 1, 2), v(false, 0, 1), v(false, 0, 1)},
		{v(false, 0, 1), v(false, 0, 2), v(false, 0, 2)}, {v(false, 0, 2), v(false, 0, 1), v(false, 0, 2)},
		{v(false, 1, 2), v(false, 0, 2), v(false, 1, 2)}, {v(false, 1, 2), v(false, 0, 1), v(false, 1, 2)}, {v(true, 1, 1), v(true, 1, 9), v(true, 1, 1)},
	} {
		if got := tighter(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: %v", c.a, c.b, got)
		}
	}
}

func TestSecondsOfRefusals(t *testing.T) {
	for reset, want := range map[time.Duration]string{0: "1", 1: "1", time.Second: "1", time.Second + 1: "2", 11 * time.Second: "11"} {
		if got := (Verdict{Reset: reset}).Refusal(400, false); len(got) != 2 || got[0][1] != want || got[1][1] != want {
			t.Errorf("%v: %v, want %s", reset, got, want)
		}
	}
	if got := (Verdict{}).Refusal(399, false); len(got) != 1 {
		t.Errorf("%v", got)
	}
	if got := fmt.Sprint(Verdict{Count: 11, Remaining: 11}.Quota()); got != "[[x-ratelimit-limit 11] [x-ratelimit-remaining 11]]" {
		t.Error(got)
	}
}

// States at the borders of their windows.
func TestWindows(t *testing.T) {
	fixed := Limit{Count: 2, Window: time.Second}
	for _, c := range []struct {
		s    state
		now  int64
		want string
	}{
		{nil, 5000, "[5000 1] {true 2 1 1s}"}, {state{5000, 1}, 5999, "[5000 2] {true 2 0 1ms}"}, {state{5000, 2}, 5999, "[5000 2] {false 2 0 1ms}"},
		{state{5000, 2}, 6000, "[6000 1] {true 2 1 1s}"}, {state{5000, 2}, 4000, "[5000 2] {false 2 0 2s}"}, {state{5000, 2}, 3999, "[3999 1] {true 2 1 1s}"},
		{state{5000}, 5001, "[5001 1] {true 2 1 1s}"}, {state{5000, 1, 1}, 5001, "[5001 1] {true 2 1 1s}"},
	} {
		s, v := fixed.take(slices.Clone(c.s), c.now)
		if got := fmt.Sprint(s, v); got != c.want {
			t.Errorf("fixed: %v at %d: %s, want %s", c.s, c.now, got, c.want)
		}
	}
	gcra := Limit{Count: 2, Window: time.Second, Algorithm: GCRA} // 2 a millisecond leak from up to 2000
	for _, c := range []struct {
		s    state
		now  int64
		want string
	}{
		{nil, 5000, "[5000 1000] {true 2 1 500ms}"}, {state{5000, 1000}, 5000, "[5000 2000] {true 2 0 1s}"}, {state{5000, 1001}, 5000, "[5000 1001] {false 2 0 1ms}"},
		{state{5000, 2000}, 5499, "[5499 1002] {false 2 0 1ms}"}, {state{5000, 2000}, 5500, "[5500 2000] {true 2 0 1s}"}, {state{5000, 9999}, 5000, "[5000 2000] {false 2 0 500ms}"},
		{state{5000, 2000}, 6000, "[6000 1000] {true 2 1 500ms}"}, {state{5000, 2000}, 4000, "[5000 2000] {false 2 0 500ms}"}, {state{5000, 2000}, 3999, "[3999 1000] {true 2 1 500ms}"},
		{state{5000, -1}, 5000, "[5000 1000] {true 2 1 500ms}"}, {state{5000, 0}, 5000, "[5000 1000] {true 2 1 500ms}"}, {state{5000}, 5000, "[5000 1000] {true 2 1 500ms}"},
	} {
		s, v := gcra.take(slices.Clone(c.s), c.now)
		if got := fmt.Sprint(s, v); got != c.want {
			t.Errorf("gcra: %v at %d: %s, want %s", c.s, c.now, got, c.want)
		}
	}
	if got := (Limit{Count: 2, Burst: 1, Window: time.Second}).burst(); got != 1 {
		t.Errorf("a burst of %d", got)
	}
}

// What is given back, and how long states mean something.
func TestGivingBack(t *testing.T) {
	sliding := func(newest int64, counts ...int64) state {
		return append(append(state{newest}, counts...), make(state, Slots+1-len(counts))...)
	}
	for _, c := range []struct {
		algorithm Algorithm
		s, want   state
		until     int64
	}{
		{FixedWindow, nil, nil, 0}, {FixedWindow, state{5}, state{5}, 0}, {FixedWindow, state{5, 2}, state{5, 1}, 1005}, {FixedWindow, state{5, 1}, state{5, 0}, 1005}, {FixedWindow, state{5, 0}, state{5, 0}, 1005},
		{GCRA, state{5, 1500}, state{5, 500}, 255}, {GCRA, state{5, 900}, state{5, 0}, 5}, {GCRA, state{5, 1003}, state{5, 3}, 7}, {GCRA, state{5}, state{5}, 0},
		{SlidingWindow, sliding(64, 0, 1, 2), sliding(64, 0, 0, 2), (64+Slots+1)*1000/Slots + 1}, {SlidingWindow, sliding(0, 2, 2), sliding(0, 1, 2), (Slots+1)*1000/Slots + 1},
	} {
		l := Limit{Count: 2, Window: time.Second, Algorithm: c.algorithm}
		got := l.giveBack(slices.Clone(c.s))
		if !slices.Equal(got, c.want) || l.until(got) != c.until {
			t.Errorf("%v %v: %v until %d, want %v until %d", c.algorithm, c.s, got, l.until(got), c.want, c.until)
		}
	}
	for by, want := range map[int64]state{0: sliding(100, 3, 2), 1: sliding(101, 0, 3, 2), -1: sliding(100, 3, 2), -Slots: sliding(100, 3, 2), -Slots - 1: sliding(100 - Slots - 1), Slots + 1: sliding(100 + Slots + 1)} {
		if got := shift(sliding(100, 3, 2), 100+by); !slices.Equal(got, want) {
			t.Errorf("by %d: %v, want %v", by, got, want)
		}
	}
	if got := shift(sliding(100, 3, 2), 100+Slots); got[0] != 100+Slots || got[1+Slots] != 3 || got[1] != 0 {
		t.Errorf("%v", got)
	}
	long := make(state, Slots+2)
	if got := decode(long.encode(nil)); len(got) != Slots+2 {
		t.Errorf("%d numbers", len(got))
	}
	if got := decode(slices.Concat(long, state{1}).encode(nil)); got != nil {
		t.Errorf("%d numbers", len(got))
	}
}

// The table for keys of clients: what is read is what was written, what is over
// goes, and what ends first makes room.
func TestBuckets(t *testing.T) {
	a, b, c := idOf("a"), idOf("b"), idOf("c")
	var table bucket
	table = table.with(a, 30, state{1, 2}, 2).with(b, 20, state{3}, 2)
	if got := table.state(b); !slices.Equal(got, state{3}) || table.state(c) != nil {
		t.Errorf("%v", got)
	}
	whole := table.encode()
	if got := readBucket(whole, 19); len(got) != 2 || got[0].id != a || got[0].until != 30 || !slices.Equal(decode(got[0].state), state{1, 2}) {
		t.Errorf("%v", got)
	}
	for now, want := range map[int64]int{20: 1, 29: 1, 30: 0} {
		if got := readBucket(whole, now); len(got) != want {
			t.Errorf("at %d: %v", now, got)
		}
	}
	for n := range len(whole) {
		want := 0
		if n >= len(table[:1].encode()) {
			want = 1
		}
		if got := readBucket(whole[:n], 0); len(got) != want {
			t.Errorf("%d bytes: %v", n, got)
		}
	}
	if got := slices.Clone(table).with(c, 25, state{4}, 2); len(got) != 2 || got.state(b) != nil || got.state(a) == nil || !slices.Equal(got.state(c), state{4}) {
		t.Errorf("%v", got)
	}
	if got := slices.Clone(table).with(c, 25, state{4}, 3); len(got) != 3 {
		t.Errorf("%v", got)
	}
	if got := slices.Clone(table).with(b, 40, state{5}, 2); len(got) != 2 || got[1].until != 40 || !slices.Equal(decode(got[0].state), state{1, 2}) {
		t.Errorf("%v", got)
	}
	if got := (bucket{{id: a, until: 9}, {id: b, until: 9}}).with(c, 10, nil, 2); got[0].id != c || got[1].id != b {
		t.Errorf("of two that end together the first makes room: %v", got)
	}
	var s Shared
	if s.entries() != 16 || (&Shared{Entries: 1}).entries() != 1 || (&Shared{Entries: -1}).entries() != 16 {
		t.Error("entries")
	}
	one := id{7: 1, 6: 4} // 1025
	for buckets, want := range map[int]string{0: "table:1", -1: "table:1", 1: "table:0", 11: "table:2", 2000: "table:1025"} {
		if got := (&Shared{Buckets: buckets}).bucket(one); got != want {
			t.Errorf("%d buckets: %s, want %s", buckets, got, want)
		}
	}
	if v, err := s.Take(); err != nil || !v.Allowed {
		t.Errorf("no limits: %+v, %v", v, err)
	}
}
