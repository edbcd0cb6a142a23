package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/run/bench/load"
)

// plan says how long and how often to measure.
type plan struct {
	// Starts is how often each Envoy is started anew: where a process' code and
	// heap come to lie is worth most of a microsecond. Rounds are those of a start.
	Starts      int           `json:"starts"`
	Rounds      int           `json:"rounds"`
	Round       time.Duration `json:"round"`
	Connections int           `json:"connections"`
}

// result is what was measured of a side.
type result struct {
	Side string `json:"side"`
	// CPU is the time for a request in µs, of Envoy and what runs beside it, and
	// P50 and P99 are latencies in µs; a value for each round.
	CPU []float64 `json:"cpuMicros"`
	P50 []float64 `json:"p50Micros"`
	P99 []float64 `json:"p99Micros"`
	// Memory is the processes' after the last round, in bytes; Size the modules'.
	Memory int64 `json:"memory"`
	Size   int64 `json:"size,omitempty"`
	// Peak is the most memory that was seen during rounds.
	Peak int64 `json:"peak,omitempty"`
	// LoadCPU and LoadWait are seconds until Envoy listened, of the first start.
	LoadCPU  float64 `json:"loadCpuSeconds"`
	LoadWait float64 `json:"loadWaitSeconds"`
}

// section is a scenario and its results.
type section struct {
	Scenario string    `json:"scenario"`
	What     string    `json:"what"`
	Results  []*result `json:"results"`
	// Missing says which sides could not be built, and how to get what they need.
	Missing []string `json:"missing,omitempty"`
}

// side finds the result of a side, nil where there is none.
func (s section) side(name string) *result {
	for _, r := range s.Results {
		if r.Side == name {
			return r
		}
	}
	return nil
}

// available leaves out the sides whose tools are missing. Strictly, a tool that
// continuous integration installs must be there.
func (b *bench) available(sc *scenario, strict bool) (lacking []string, err error) {
	sc.sides = slices.DeleteFunc(slices.Clone(sc.sides), func(s side) bool {
		_, failed := s.modules(b.build)
		if s.server != "" && failed == nil {
			_, failed = b.build.program(s)
		}
		m, is := isMissing(failed)
		switch {
		case failed == nil:
			return false
		case is && (!strict || !m.ci):
			lacking = append(lacking, fmt.Sprintf("%s: %v", s.Name, m))
			return true
		}
		err = fmt.Errorf("%s, side %s: %w", sc.Name, s.Name, failed)
		return true
	})
	return lacking, err
}

// measure runs a scenario and returns a result for each side.
func (b *bench) measure(sc scenario) (section, error) {
	sec := section{Scenario: sc.Name, What: sc.What}
	lacking, err := b.available(&sc, os.Getenv("SLUICE_STRICT") == "1")
	if err != nil {
		return sec, err
	}
	sec.Missing = lacking
	for _, s := range sc.sides {
		sec.Results = append(sec.Results, &result{Side: s.Name})
	}
	for start := range max(b.Starts, 1) {
		if err := b.batch(sc, sec.Results, start); err != nil {
			return sec, err
		}
	}
	return sec, nil
}

// batch starts an Envoy for each side and runs the rounds.
func (b *bench) batch(sc scenario, results []*result, start int) error {
	instances := make([]*instance, 0, len(sc.sides))
	defer func() {
		for _, i := range instances {
			i.stop()
		}
	}()
	for n, s := range sc.sides {
		i, err := b.start(s, sc, 1)
		if err != nil {
			return err
		}
		instances = append(instances, i)
		if start == 0 {
			results[n].Size, results[n].LoadCPU, results[n].LoadWait = i.size, i.load.Seconds(), i.wait.Seconds()
		}
		b.say("%s: %s listens after %.2f s", sc.Name, s.Name, i.wait.Seconds())
	}
	for round := range b.Rounds + 1 { // the first warms up
		for _, n := range rand.Perm(len(instances)) {
			if err := results[n].round(instances[n], sc, b.plan, round > 0); err != nil {
				return fmt.Errorf("%s, side %s: %w", sc.Name, results[n].Side, err)
			}
			if err := b.ctx.Err(); err != nil {
				return err
			}
		}
		b.say("%s: start %d, round %d of %d", sc.Name, start+1, round, b.Rounds)
	}
	for n, r := range results {
		var err error
		if r.Memory, err = instances[n].memory(); err != nil {
			return err
		}
	}
	return nil
}

// round fires for one round and keeps what it cost.
func (r *result) round(i *instance, sc scenario, p plan, keep bool) error {
	before, err := i.cpu()
	if err != nil {
		return err
	}
	watching := i.watchMemory()
	l, err := load.Fire(i.address, sc.request, http.StatusOK, p.Connections, p.Round)
	r.Peak = max(r.Peak, watching())
	if err != nil {
		return err
	}
	after, err := i.cpu()
	if err != nil || !keep {
		return err
	}
	r.CPU = append(r.CPU, rounded([]float64{micros(after-before) / float64(l.Requests)})...)
	r.P50 = append(r.P50, rounded([]float64{micros(l.Quantile(0.5))})...)
	r.P99 = append(r.P99, rounded([]float64{micros(l.Quantile(0.99))})...)
	return nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// serveUpstream answers every request once its body has come. What a plugin
// wrote into the header hello comes back as the header seen.
func serveUpstream() (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if hello := r.Header.Get("Hello"); hello != "" {
			w.Header().Set("Seen", hello)
		}
		w.WriteHeader(http.StatusOK)
	})}
	go server.Serve(l) //nolint:errcheck // ends with Close
	return l.Addr().String(), func() { server.Close() }, nil
}
