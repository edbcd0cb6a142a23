// Package rollout decides about a new version of a plugin that takes over step by
// step: whether it gets more requests, all of them, or none any more. It knows
// nothing of Envoy.
package rollout

import (
	"fmt"
	"math"
	"time"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Phase is where a rollout is.
type Phase string

// The phases.
const (
	Running    Phase = "running"
	Promoted   Phase = "promoted"
	RolledBack Phase = "rolled back"
)

// State is a rollout, as it is kept over a restart.
type State struct {
	// Stable and Canary are versions.
	Stable string `json:"stable"`
	Canary string `json:"canary"`
	Phase  Phase  `json:"phase"`
	// Step is the number of the step among those of the policy, from 0 on; -1 is
	// that of pinned requests only, before them.
	Step int `json:"step"`
	// Since is when the phase or step began.
	Since time.Time `json:"since"`
	// Reason says why it was rolled back, or promoted.
	Reason string `json:"reason,omitempty"`
}

// Begin begins a rollout.
func Begin(p *wasmplugin.Canary, stable, canary string, now time.Time) State {
	s := State{Stable: stable, Canary: canary, Phase: Running, Since: now}
	if p.PinnedFirst {
		s.Step = -1
	}
	return s
}

// Percent is the share of requests that the new version gets, besides those that
// are pinned.
func (s State) Percent(p *wasmplugin.Canary) int {
	switch {
	case s.Phase == Promoted:
		return 100
	case s.Phase == RolledBack || s.Step < 0 || len(p.Steps) == 0:
		return 0
	default:
		return p.Steps[min(s.Step, len(p.Steps)-1)]
	}
}

// Verdict is what is to be done.
type Verdict int

// The verdicts.
const (
	Wait     Verdict = iota
	Advance          // to the next step
	Promote          // it gets all requests
	RollBack         // it gets none any more
)

// Judge compares the requests of the two versions since the step began. The reason
// is for people.
func Judge(p *wasmplugin.Canary, s State, stable, canary *Counts, now time.Time) (Verdict, string) {
	if s.Phase != Running {
		return Wait, ""
	}
	if reason := tooManyErrors(p, stable, canary); reason != "" {
		return RollBack, reason
	}
	if reason := tooSlow(p, stable, canary); reason != "" {
		return RollBack, reason
	}
	if now.Sub(s.Since) < p.Interval || canary.Requests < p.MinRequests || s.Step < 0 && len(p.Steps) == 0 {
		return Wait, ""
	}
	if canary.ErrorRate() > stable.ErrorRate()+p.MaxErrors/100 {
		return RollBack, errorReason(p, stable, canary)
	}
	if most, ok := limit(p, stable, canary); ok && canary.P95() > most {
		return Wait, "" // more requests will tell
	}
	next := s.Step + 1
	if next >= len(p.Steps) || p.Steps[next] == 100 {
		return Promote, fmt.Sprintf("%d requests, %s of them failed, p95 %s", canary.Requests, percent(canary.ErrorRate()), canary.P95())
	}
	return Advance, fmt.Sprintf("%d requests, %s of them failed, p95 %s", canary.Requests, percent(canary.ErrorRate()), canary.P95())
}

// chance is how unlikely it must be that a version within the limit has failed as
// often as it did. It is small because it is asked again after every request.
const chance = 1e-4

// tooManyErrors finds a failure rate that no chance explains, however few requests
// there were. Of the running version, where little is known yet, a high rate is
// assumed: when all fails, a new version is not to blame.
func tooManyErrors(p *wasmplugin.Canary, stable, canary *Counts) string {
	base := (float64(stable.Errors) + 1) / (float64(stable.Requests) + 2)
	if atLeast(canary.Errors, canary.Requests, base+p.MaxErrors/100) >= chance {
		return ""
	}
	return errorReason(p, stable, canary)
}

func errorReason(p *wasmplugin.Canary, stable, canary *Counts) string {
	return fmt.Sprintf("%d of %d requests of the new version failed (%s), and %d of %d of the running one (%s); %g%% more are allowed",
		canary.Errors, canary.Requests, percent(canary.ErrorRate()), stable.Errors, stable.Requests, percent(stable.ErrorRate()), p.MaxErrors)
}

// slack is a difference of durations that is never blamed on a version.
const slack = 5 * time.Millisecond

// limit is the duration that at most a twentieth of the requests may exceed. It
// reports false where there is none, or too few requests to tell.
func limit(p *wasmplugin.Canary, stable, canary *Counts) (time.Duration, bool) {
	enough := stable.Requests >= p.MinRequests && canary.Requests >= p.MinRequests
	return time.Duration(float64(stable.P95())*(1+p.MaxLatency/100)) + slack, p.MaxLatency >= 0 && enough
}

// tooSlow finds more slow requests than chance explains: a percentile of few requests
// jumps, and a machine that stalls makes some of either version slow.
func tooSlow(p *wasmplugin.Canary, stable, canary *Counts) string {
	most, ok := limit(p, stable, canary)
	if !ok {
		return ""
	}
	base := max(0.05, (float64(stable.over(most))+1)/(float64(stable.Requests)+2))
	if atLeast(canary.over(most), canary.Requests, base) >= chance {
		return ""
	}
	return fmt.Sprintf("%d of %d requests of the new version took more than %s, and 95%% of those of the running one took up to %s; %g%% more is allowed",
		canary.over(most), canary.Requests, most.Round(10*time.Microsecond), stable.P95(), p.MaxLatency)
}

// atLeast is the probability of k or more failures among n requests that fail with
// probability q each.
func atLeast(k, n int, q float64) float64 {
	if k == 0 || q >= 1 {
		return 1
	}
	if float64(k) <= float64(n)*q {
		return 1 // not more than expected: near a half, or above
	}
	if q <= 0 {
		return 0
	}
	logC := func(k int) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c + float64(k)*math.Log(q) + float64(n-k)*math.Log1p(-q)
	}
	sum := 0.0
	for i := k; i <= n; i++ {
		term := math.Exp(logC(i))
		sum += term
		if term < chance*1e-6 { // they fall from here on
			break
		}
	}
	return sum
}

func percent(f float64) string { return fmt.Sprintf("%.3g%%", f*100) }
