package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"time"
)

// plan says how long and how often to measure.
type plan struct {
	Rounds      int           `json:"rounds"`
	Round       time.Duration `json:"round"`
	Connections int           `json:"connections"`
}

// result is what was measured of a side.
type result struct {
	Side string `json:"side"`
	// CPU is the Envoy process' time for a request in µs, Added the same less
	// that of side none in the same round, P50 and P99 latencies in µs.
	CPU   summary `json:"cpuMicros"`
	Added summary `json:"addedMicros"`
	P50   summary `json:"p50Micros"`
	P99   summary `json:"p99Micros"`
	// Floor is Added's median over that of side wat.
	Floor float64 `json:"overFloor,omitempty"`
	// Memory is the process' after the last round, in bytes; Size the module's.
	Memory int64 `json:"memory"`
	Size   int64 `json:"size"`
	// LoadCPU and LoadWait are the seconds of CPU and of waiting until Envoy
	// listened.
	LoadCPU  float64 `json:"loadCpuSeconds"`
	LoadWait float64 `json:"loadWaitSeconds"`

	cpu, p50, p99 []float64
}

// measure runs a scenario and returns a result for each side.
func measure(ctx context.Context, binary string, sc scenario, p plan, progress io.Writer) ([]*result, error) {
	dir, err := os.MkdirTemp("", "sluice-bench-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	upstream, stop, err := serveUpstream()
	if err != nil {
		return nil, err
	}
	defer stop()

	instances, results := make([]*instance, 0, len(sc.sides)), make([]*result, 0, len(sc.sides))
	defer func() {
		for _, i := range instances {
			i.stop()
		}
	}()
	for _, s := range sc.sides {
		i, err := startEnvoy(ctx, binary, dir, s, sc, upstream)
		if err != nil {
			return nil, err
		}
		instances = append(instances, i)
		results = append(results, &result{Side: s.Name, Size: i.size, LoadCPU: i.load.Seconds(), LoadWait: i.wait.Seconds()})
		fmt.Fprintf(progress, "%s: %s listens after %.2f s\n", sc.Name, s.Name, i.wait.Seconds())
	}
	for round := range p.Rounds + 1 { // the first warms up
		for _, n := range rand.Perm(len(instances)) {
			if err := results[n].round(instances[n], sc, p, round > 0); err != nil {
				return nil, fmt.Errorf("%s, side %s: %w", sc.Name, results[n].Side, err)
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		fmt.Fprintf(progress, "%s: round %d of %d\n", sc.Name, round, p.Rounds)
	}
	for n, r := range results {
		if r.Memory, err = resident(instances[n].cmd.Process.Pid); err != nil {
			return nil, err
		}
	}
	finish(results)
	return results, nil
}

// round fires for one round and keeps what it cost.
func (r *result) round(i *instance, sc scenario, p plan, keep bool) error {
	pid := i.cmd.Process.Pid
	before, err := cpuTime(pid)
	if err != nil {
		return err
	}
	l, err := fire(i.address, sc.request, http.StatusOK, p.Connections, p.Round)
	if err != nil {
		return err
	}
	after, err := cpuTime(pid)
	if err != nil || !keep {
		return err
	}
	r.cpu = append(r.cpu, micros(after-before)/float64(l.requests))
	r.p50 = append(r.p50, micros(l.quantile(0.5)))
	r.p99 = append(r.p99, micros(l.quantile(0.99)))
	return nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// finish makes summaries and ratios of the rounds.
func finish(results []*result) {
	var none, floor *result
	for _, r := range results {
		switch r.Side {
		case sideNone:
			none = r
		case sideWAT:
			floor = r
		}
	}
	for _, r := range results {
		r.CPU, r.P50, r.P99 = summarize(r.cpu), summarize(r.p50), summarize(r.p99)
		if none != nil {
			r.Added = summarize(less(r.cpu, none.cpu))
		}
	}
	if none == nil || floor == nil || floor.Added.Median <= 0 {
		return
	}
	for _, r := range results {
		if r != none {
			r.Floor = r.Added.Median / floor.Added.Median
		}
	}
}

// serveUpstream answers every request once its body has come.
func serveUpstream() (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusOK)
	})}
	go server.Serve(l) //nolint:errcheck // ends with Close
	return l.Addr().String(), func() { server.Close() }, nil
}
