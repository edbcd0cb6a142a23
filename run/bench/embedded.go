package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/profile"
	"github.com/sluiceproxy/sluice/run/play"
	"github.com/sluiceproxy/sluice/run/record"
)

// DefaultRuns is how often each request is sent, where nobody says otherwise.
const DefaultRuns = 200

// Options say what to measure.
type Options struct {
	// Name, Code and Config are the plugin. Allocations can be counted, and
	// functions be named in a profile, where the code has names
	// (build.Options.KeepNames).
	Name         string
	Code, Config []byte
	// Requests are sent in turns. Default: [Requests].
	Requests []record.Exchange
	// Runs is how often each is sent. Default DefaultRuns.
	Runs int
	// Profile gets a profile of the plugin's functions, in the form of pprof. nil:
	// none is made.
	Profile io.Writer
}

func (o Options) withDefaults() Options {
	if len(o.Requests) == 0 {
		o.Requests = Requests()
	}
	if o.Runs <= 0 {
		o.Runs = DefaultRuns
	}
	return o
}

// Report says what callbacks cost on the embedded host.
type Report struct {
	Plugin string `json:"plugin"`
	// Requests is how many were sent in turns, Runs how often.
	Requests int `json:"requests"`
	Runs     int `json:"runs"`
	// Callbacks are those that ran, in the order of their names.
	Callbacks []Callback `json:"callbacks"`
	// Allocations says whether those of the plugin are known.
	Allocations bool `json:"allocationsKnown"`
	// Reference is the time of the work that ratios are of, in nanoseconds: FNV-1a
	// over 1 KiB, on this machine, in turns with the requests.
	Reference float64 `json:"referenceNanoseconds"`
	// Envoy is what was measured there, nil where nothing was.
	Envoy *EnvoyReport `json:"envoy,omitempty"`
	// Exceeded are the parts of the budget that were exceeded.
	Exceeded []Excess `json:"exceeded,omitempty"`
}

// Callback is what one call of a callback costs, in the mean where nothing else
// is said. Times have the host's part of its functions in them.
type Callback struct {
	Name string `json:"name"`
	// Calls is how often it ran while it was timed.
	Calls int `json:"calls"`
	// Nanoseconds is the median, Min and P99 what it says.
	Nanoseconds float64 `json:"nanoseconds"`
	Min         float64 `json:"minNanoseconds"`
	P99         float64 `json:"p99Nanoseconds"`
	// Ratio is Nanoseconds divided by the reference's.
	Ratio float64 `json:"ratio"`
	// HostCalls are calls of host functions by name, HostCallsTotal their sum.
	HostCalls      map[string]float64 `json:"hostCalls"`
	HostCallsTotal float64            `json:"hostCallsTotal"`
	// Allocations and Bytes are those of Go's runtime inside the plugin.
	Allocations float64 `json:"allocations"`
	Bytes       float64 `json:"bytes"`
	// Growth is by how many bytes the plugin's memory grew in all calls together.
	Growth uint64 `json:"growth"`
}

// Embedded measures on the embedded host. Time, counts and the profile are looked
// at one after another, each with a VM of its own, so that looking at one costs
// nothing in another.
func Embedded(ctx context.Context, o Options) (*Report, error) {
	o = o.withDefaults()
	timed, counted := profile.NewCosts(profile.Time), profile.NewCosts(profile.Calls|profile.Allocations)
	var reference []time.Duration
	if err := o.through(ctx, timed.Context, o.Runs, func(run int) {
		if run == 0 { // the first run warms up
			timed.Reset()
		}
		reference = append(reference, referenceWork())
	}); err != nil {
		return nil, err
	}
	if err := o.through(ctx, counted.Context, o.Runs, func(run int) {
		if run == 0 {
			counted.Reset()
		}
	}); err != nil {
		return nil, err
	}
	if o.Profile != nil {
		tree := profile.NewTree()
		if err := o.through(ctx, tree.Context, o.Runs, func(int) {}); err != nil {
			return nil, err
		}
		if err := tree.Write(o.Profile); err != nil {
			return nil, fmt.Errorf("writing the profile: %w", err)
		}
	}
	r := &Report{Plugin: o.Name, Requests: len(o.Requests), Runs: o.Runs, Allocations: counted.KnowsAllocations(),
		Reference: quantile(reference, 0.5)}
	r.add(timed.ByCallback(), counted.ByCallback())
	return r, nil
}

// through sends all requests runs times, and one time before. after is called
// after each round, beginning with 0.
func (o Options) through(ctx context.Context, with func(context.Context) context.Context, runs int, after func(run int)) (err error) {
	runtime, err := host.NewRuntime(with(ctx), host.RuntimeOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, runtime.Close(context.WithoutCancel(ctx))) }()
	p, err := play.New(with(ctx), play.Options{
		Runtime: runtime, Clusters: play.Clusters(o.Requests), LogLevel: host.LogCritical,
		Plugins: []gateway.Plugin{{Name: o.Name, Code: o.Code, Config: o.Config}},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	for run := range runs + 1 {
		for _, e := range o.Requests {
			if _, err := p.Play(ctx, e); err != nil {
				return err
			}
		}
		after(run)
	}
	return nil
}

// add makes the rows of the report.
func (r *Report) add(timed, counted map[string]*profile.Cost) {
	for name, t := range timed {
		row := Callback{Name: name, Calls: t.Calls, HostCalls: map[string]float64{}, Growth: t.Growth,
			Nanoseconds: quantile(t.Times, 0.5), Min: quantile(t.Times, 0), P99: quantile(t.Times, 0.99)}
		if r.Reference > 0 {
			row.Ratio = row.Nanoseconds / r.Reference
		}
		if c := counted[name]; c != nil {
			n := float64(c.Calls)
			for f, calls := range c.HostCalls {
				row.HostCalls[f] = float64(calls) / n
				row.HostCallsTotal += float64(calls) / n
			}
			row.Allocations, row.Bytes = float64(c.Allocations)/n, float64(c.Bytes)/n
			row.Growth = max(row.Growth, c.Growth)
		}
		r.Callbacks = append(r.Callbacks, row)
	}
	slices.SortFunc(r.Callbacks, func(a, b Callback) int { return cmp.Compare(order(a.Name), order(b.Name)) })
}

// quantile is the value below which the part q of times lies, in nanoseconds.
func quantile(times []time.Duration, q float64) float64 {
	if len(times) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(times))
	return float64(s[min(int(q*float64(len(s))), len(s)-1)])
}
