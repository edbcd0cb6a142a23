package rollout

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// counted are n requests of which some failed, each of a duration.
func counted(n, failed int, took time.Duration) *Counts {
	c := &Counts{}
	for i := range n {
		code := 200
		if i < failed {
			code = 503
		}
		c.Add(code, took)
	}
	return c
}

// mixed adds requests of another duration.
func mixed(c *Counts, n int, took time.Duration) *Counts {
	for range n {
		c.Add(200, took)
	}
	return c
}

func TestJudge(t *testing.T) {
	const ms = time.Millisecond
	began := time.Unix(1000, 0)
	policy := func(change ...func(*wasmplugin.Canary)) *wasmplugin.Canary {
		p := &wasmplugin.Canary{Steps: []int{5, 50, 100}, Interval: time.Minute, MinRequests: 100, MaxErrors: 1, MaxLatency: 50}
		for _, f := range change {
			f(p)
		}
		return p
	}
	pinned := func(p *wasmplugin.Canary) { p.Header, p.PinnedFirst = "x", true }
	onlyPinned := func(p *wasmplugin.Canary) { pinned(p); p.Steps = nil }
	anyLatency := func(p *wasmplugin.Canary) { p.MaxLatency = -1 }
	for name, c := range map[string]struct {
		p              *wasmplugin.Canary
		step           int
		phase          Phase
		stable, canary *Counts
		after          time.Duration
		want           Verdict
		reason         string
	}{
		"good":                               {policy(), 0, Running, counted(1000, 0, ms), counted(100, 0, ms), time.Minute, Advance, "100 requests"},
		"good, last step":                    {policy(), 1, Running, counted(1000, 0, ms), counted(100, 0, ms), time.Minute, Promote, ""},
		"too early":                          {policy(), 0, Running, counted(1000, 0, ms), counted(100, 0, ms), time.Minute - 1, Wait, ""},
		"too few":                            {policy(), 0, Running, counted(1000, 0, ms), counted(99, 0, ms), time.Hour, Wait, ""},
		"none at all":                        {policy(), 0, Running, counted(0, 0, 0), counted(0, 0, 0), time.Hour, Wait, ""},
		"as bad as the running one":          {policy(), 0, Running, counted(1000, 300, ms), counted(100, 30, ms), time.Minute, Advance, ""},
		"all fails":                          {policy(), 0, Running, counted(1000, 1000, ms), counted(100, 100, ms), time.Minute, Advance, ""},
		"all of it fails, at once":           {policy(), 0, Running, counted(100, 0, ms), counted(5, 5, ms), time.Second, RollBack, "5 of 5 requests of the new version failed (100%), and 0 of 100"},
		"two failures prove nothing":         {policy(), 0, Running, counted(100, 0, ms), counted(2, 2, ms), time.Second, Wait, ""},
		"nothing known of the running one":   {policy(), 0, Running, counted(0, 0, 0), counted(5, 5, ms), time.Second, Wait, ""},
		"nothing known, but it always fails": {policy(), 0, Running, counted(0, 0, 0), counted(20, 20, ms), time.Second, RollBack, "20 of 20"},
		"a tenth fails":                      {policy(), 0, Running, counted(1000, 0, ms), counted(100, 10, ms), time.Second, RollBack, "10 of 100"},
		"above the limit, maybe by chance":   {policy(), 0, Running, counted(1000, 0, ms), counted(100, 2, ms), time.Second, Wait, ""},
		"above the limit at the end":         {policy(), 0, Running, counted(1000, 0, ms), counted(100, 2, ms), time.Minute, RollBack, "2 of 100"},
		"on the limit":                       {policy(), 0, Running, counted(1000, 0, ms), counted(100, 1, ms), time.Minute, Advance, ""},
		"slow":                               {policy(), 0, Running, counted(1000, 0, 20*ms), counted(100, 0, 40*ms), time.Second, RollBack, "100 of 100 requests of the new version took more than"},
		"slow, and that is allowed":          {policy(anyLatency), 0, Running, counted(1000, 0, 20*ms), counted(100, 0, 40*ms), time.Minute, Advance, ""},
		"some slow, maybe by chance":         {policy(), 0, Running, counted(1000, 0, 20*ms), mixed(counted(90, 0, 20*ms), 10, 90*ms), time.Hour, Wait, ""},
		"a quarter slow":                     {policy(), 0, Running, counted(1000, 0, 20*ms), mixed(counted(75, 0, 20*ms), 25, 90*ms), time.Second, RollBack, "25 of 100"},
		"a stall slows both":                 {policy(), 0, Running, mixed(counted(960, 0, ms), 40, 90*ms), mixed(counted(96, 0, ms), 4, 90*ms), time.Minute, Advance, ""},
		"slow, few requests":                 {policy(), 0, Running, counted(1000, 0, 20*ms), counted(99, 0, 40*ms), time.Hour, Wait, ""},
		"slower by less than can be blamed":  {policy(), 0, Running, counted(1000, 0, ms), counted(100, 0, 5*ms), time.Minute, Advance, ""},
		"pinned first":                       {policy(pinned), -1, Running, counted(1000, 0, ms), counted(100, 0, ms), time.Minute, Advance, ""},
		"pinned only waits":                  {policy(onlyPinned), -1, Running, counted(1000, 0, ms), counted(100, 0, ms), time.Hour, Wait, ""},
		"pinned only, bad":                   {policy(onlyPinned), -1, Running, counted(1000, 0, ms), counted(20, 20, ms), time.Second, RollBack, ""},
		"fewer steps than before":            {policy(), 7, Running, counted(1000, 0, ms), counted(100, 0, ms), time.Minute, Promote, ""},
		"promoted":                           {policy(), 1, Promoted, counted(1000, 0, ms), counted(100, 100, ms), time.Minute, Wait, ""},
		"rolled back":                        {policy(), 1, RolledBack, counted(1000, 0, ms), counted(100, 100, ms), time.Minute, Wait, ""},
	} {
		s := State{Phase: c.phase, Step: c.step, Since: began}
		got, reason := Judge(c.p, s, c.stable, c.canary, began.Add(c.after))
		if got != c.want || !strings.Contains(reason, c.reason) {
			t.Errorf("%s: %v %q, want %v %q", name, got, reason, c.want, c.reason)
		}
	}
}

func TestPercent(t *testing.T) {
	p := &wasmplugin.Canary{Steps: []int{5, 50, 100}}
	for _, c := range []struct {
		s    State
		want int
	}{
		{Begin(p, "a", "b", time.Time{}), 5},
		{State{Phase: Running, Step: 1}, 50},
		{State{Phase: Running, Step: 9}, 100},
		{State{Phase: Promoted}, 100},
		{State{Phase: RolledBack, Step: 1}, 0},
		{Begin(&wasmplugin.Canary{Header: "x", PinnedFirst: true, Steps: []int{5, 100}}, "a", "b", time.Time{}), 0},
	} {
		if got := c.s.Percent(p); got != c.want {
			t.Errorf("%+v: %d, want %d", c.s, got, c.want)
		}
	}
	if got := (State{Phase: Running}).Percent(&wasmplugin.Canary{}); got != 0 {
		t.Errorf("no steps: %d", got)
	}
}

func TestCounts(t *testing.T) {
	c := &Counts{}
	if c.P95() != 0 || c.ErrorRate() != 0 {
		t.Error("nothing has a value")
	}
	for i := 1; i <= 1000; i++ {
		c.Add(200, time.Duration(i)*time.Millisecond)
	}
	if got := c.P95(); got < 900*time.Millisecond || got > 1050*time.Millisecond {
		t.Errorf("p95 %v", got)
	}
	for _, code := range []int{0, 500, 599, 499, 404, 301} {
		c.Add(code, -time.Second)
	}
	c.Add(200, time.Hour*1000)
	if c.Errors != 3 || c.Requests != 1007 {
		t.Errorf("%d errors of %d", c.Errors, c.Requests)
	}
}

// TestAtLeast: against the sum of the exact terms.
func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		k, n int
		q    float64
	}{{1, 10, 0.01}, {3, 10, 0.1}, {10, 100, 0.02}, {5, 5, 0.5}, {60, 100, 0.5}, {4, 1000, 0.001}} {
		want := 0.0
		for i := c.k; i <= c.n; i++ {
			term := 1.0
			for j := range i {
				term *= float64(c.n-j) / float64(i-j) * c.q
			}
			want += term * math.Pow(1-c.q, float64(c.n-i))
		}
		if got := atLeast(c.k, c.n, c.q); math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: %g, want %g", c, got, want)
		}
	}
	if atLeast(0, 10, 0) != 1 || atLeast(1, 10, 0) != 0 || atLeast(10, 10, 1.5) != 1 {
		t.Error("the ends")
	}
}
