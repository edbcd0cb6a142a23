package limit

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

const epoch = 1_700_000_000_123

// play counts requests at these milliseconds and says which pass.
func play(l Limit, at ...int64) (passed []bool) {
	var s state
	for _, ms := range at {
		var v Verdict
		s, v = l.take(decode(s.encode(nil)), epoch+ms)
		passed = append(passed, v.Allowed)
	}
	return passed
}

func want(t *testing.T, what string, got []bool, want string) {
	t.Helper()
	text := ""
	for _, ok := range got {
		text += map[bool]string{true: "+", false: "-"}[ok]
	}
	if text != want {
		t.Errorf("%s: %s, want %s", what, text, want)
	}
}

func TestEdges(t *testing.T) {
	second := func(a Algorithm) Limit { return Limit{Key: "k", Count: 2, Window: time.Second, Algorithm: a} }
	want(t, "a fixed window", play(second(FixedWindow), 0, 998, 999, 1000, 1001, 1002, 1999, 2000), "++-++--+")
	want(t, "a window begins with its first request", play(second(FixedWindow), 700, 1699, 1699, 1700), "++-+")
	want(t, "a sliding window", play(second(SlidingWindow), 0, 998, 999, 1000, 1030, 1031, 1999, 2030), "++--+--+")
	want(t, "a bucket", play(second(GCRA), 0, 0, 0, 499, 500, 500, 999, 1000, 2000, 2000, 2000), "++--+--+++-")
	even := second(GCRA)
	even.Burst = 1
	want(t, "an even pace", play(even, 0, 499, 500, 500, 999, 1000), "+-+--+")
}

// Whatever comes when, no window's length sees more than the count, and what was
// refused could not have passed 1/64 of a window earlier.
func TestSlidingWindow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		l := Limit{Count: 1 + r.Int64N(20), Window: time.Duration(64+r.IntN(5000)) * time.Millisecond, Algorithm: SlidingWindow}
		window := l.Window.Milliseconds()
		var s state
		var passed []int64
		for now := int64(epoch); now < epoch+20*window; now += r.Int64N(window/l.Count + 2) {
			var v Verdict
			s, v = l.take(s, now)
			recent, late := int64(0), int64(0)
			for _, at := range passed {
				if at > now-window {
					recent++
				}
				if at > now-window-window/Slots-2 {
					late++
				}
			}
			switch {
			case v.Allowed && recent >= l.Count:
				t.Fatalf("%+v: %d have passed, one more at %d", l, recent, now)
			case !v.Allowed && late < l.Count:
				t.Fatalf("%+v: refused at %d after %d", l, now, late)
			case v.Allowed:
				passed = append(passed, now)
			}
			if !v.Allowed {
				if _, again := l.take(append(state(nil), s...), now+v.Reset.Milliseconds()); !again.Allowed {
					t.Fatalf("%+v: still refused after %v", l, v.Reset)
				}
			}
		}
	}
}

// The leaky bucket lets through what the virtual scheduling form of I.371 does,
// in fractions without an error.
func TestGCRA(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		l := Limit{Count: 1 + r.Int64N(20), Window: time.Duration(1+r.IntN(5000)) * time.Millisecond, Burst: 1 + r.Int64N(5), Algorithm: GCRA}
		window := l.Window.Milliseconds()
		interval := big.NewRat(window, l.Count)
		tolerance := new(big.Rat).Mul(interval, big.NewRat(l.Burst-1, 1))
		tat := big.NewRat(0, 1)
		var s state
		for now, i := int64(epoch), 0; i < 500; i++ {
			now += r.Int64N(2*window/l.Count + 2)
			at := big.NewRat(now, 1)
			allowed := new(big.Rat).Sub(tat, tolerance).Cmp(at) <= 0
			if allowed {
				if tat.Cmp(at) < 0 {
					tat.Set(at)
				}
				tat.Add(tat, interval)
			}
			var v Verdict
			if s, v = l.take(s, now); v.Allowed != allowed {
				t.Fatalf("%+v: request %d: %v, want %v", l, i, v.Allowed, allowed)
			}
			if !v.Allowed {
				if _, again := l.take(append(state(nil), s...), now+v.Reset.Milliseconds()); !again.Allowed {
					t.Fatalf("%+v: still refused after %v", l, v.Reset)
				}
				if _, before := l.take(append(state(nil), s...), now+v.Reset.Milliseconds()-1); before.Allowed {
					t.Fatalf("%+v: %v is too long", l, v.Reset)
				}
			}
		}
	}
}

// The largest limit that is allowed does not overflow.
func TestBounds(t *testing.T) {
	for _, a := range []Algorithm{FixedWindow, SlidingWindow, GCRA} {
		l := Limit{Count: MaxCount, Window: MaxWindow, Algorithm: a}
		if a == GCRA {
			l.Count = MaxBurst/MaxWindow.Milliseconds() - 1
		}
		if err := l.Check(); err != nil {
			t.Fatal(err)
		}
		s, v := l.take(nil, epoch)
		if !v.Allowed || v.Remaining != l.Count-1 {
			t.Errorf("%v: %+v", a, v)
		}
		if until := l.until(s); until < epoch || until > epoch+2*MaxWindow.Milliseconds() {
			t.Errorf("%v: until %d", a, until)
		}
	}
	for name, l := range map[string]Limit{
		"no count": {Window: time.Second}, "below 0": {Count: -1, Window: time.Second}, "no window": {Count: 1},
		"too many": {Count: MaxCount + 1, Window: time.Second}, "too long": {Count: 1, Window: MaxWindow + time.Millisecond},
		"too fine": {Count: 1, Window: time.Second + 1}, "burst": {Count: 1, Window: time.Second, Burst: -1},
		"burst of gcra": {Count: 1, Window: MaxWindow, Burst: 1e8, Algorithm: GCRA},
	} {
		if err := l.Check(); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A clock that was put back neither locks a key nor loses what was counted.
func TestClockGoesBack(t *testing.T) {
	for _, a := range []Algorithm{FixedWindow, SlidingWindow, GCRA} {
		l := Limit{Count: 2, Window: time.Second, Algorithm: a}
		want(t, "a little, "+a.String(), play(l, 1000, 1000, 900, 950), "++--")
		want(t, "an hour, "+a.String(), play(l, 0, 0, -3_600_000, -3_600_000, -3_600_000), "++++-")
	}
}

func TestNames(t *testing.T) {
	for _, a := range []Algorithm{FixedWindow, SlidingWindow, GCRA} {
		if got, err := ParseAlgorithm(a.String()); got != a || err != nil {
			t.Errorf("%v: %v, %v", a, got, err)
		}
	}
	if _, err := ParseAlgorithm("leaky"); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
}
