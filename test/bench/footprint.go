package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/sluiceproxy/sluice/run/bench/load"
)

// footprint is what a side takes before and beside its requests.
type footprint struct {
	Side string `json:"side"`
	Size int64  `json:"size,omitempty"`
	// At has an entry for each number of workers.
	At []*residence `json:"at"`
}

// residence is what was measured with a number of workers; a value for each start.
type residence struct {
	Workers int `json:"workers"`
	// LoadCPU and LoadWait are seconds from start to listening, and Memory is MB
	// after traffic over every worker.
	LoadCPU  []float64 `json:"loadCpuSeconds"`
	LoadWait []float64 `json:"loadWaitSeconds"`
	Memory   []float64 `json:"memoryMB"`
}

// megabyte is a million bytes, as in all of the report.
const megabyte = 1e6

// footprints starts each side of a scenario several times with each number of
// workers, and sends requests, so that every worker has its VMs and its heap.
func (b *bench) footprints(sc scenario, workers []int, starts int) ([]*footprint, error) {
	if _, err := b.available(&sc, false); err != nil {
		return nil, err
	}
	all := make([]*footprint, len(sc.sides))
	for n, s := range sc.sides {
		all[n] = &footprint{Side: s.Name}
		for _, w := range workers {
			all[n].At = append(all[n].At, &residence{Workers: w})
		}
	}
	for start := range starts {
		for w, count := range workers {
			for n, s := range sc.sides {
				size, err := b.reside(all[n].At[w], s, sc, count)
				if err != nil {
					return nil, err
				}
				all[n].Size = size
			}
			b.say("memory: start %d of %d, %d workers", start+1, starts, count)
		}
	}
	return all, nil
}

// reside starts a side once.
func (b *bench) reside(at *residence, s side, sc scenario, workers int) (int64, error) {
	i, err := b.start(s, sc, workers)
	if err != nil {
		return 0, err
	}
	defer i.stop()
	// Envoy spreads connections, not requests.
	if _, err := load.Fire(i.address, sc.request, http.StatusOK, 32*workers, time.Second); err != nil {
		return 0, fmt.Errorf("%s, side %s: %w", sc.Name, s.Name, err)
	}
	m, err := i.memory()
	if err != nil {
		return 0, err
	}
	at.LoadCPU = append(at.LoadCPU, rounded([]float64{i.load.Seconds()})...)
	at.LoadWait = append(at.LoadWait, rounded([]float64{i.wait.Seconds()})...)
	at.Memory = append(at.Memory, rounded([]float64{float64(m) / megabyte})...)
	return i.size, nil
}

// overNone is a side's memory over that of an Envoy without it, in MB, with the
// least number of workers, and what each further worker adds to that.
func overNone(all []*footprint, name string) (first, further float64, ok bool) {
	none, f := sideFootprint(all, sideNone), sideFootprint(all, name)
	if none == nil || f == nil {
		return 0, 0, false
	}
	memory := func(k int) float64 { return middle(f.At[k].Memory) - middle(none.At[k].Memory) }
	last := len(f.At) - 1
	first = memory(0)
	if last > 0 {
		further = (memory(last) - first) / float64(f.At[last].Workers-f.At[0].Workers)
	}
	return first, further, true
}

func sideFootprint(all []*footprint, name string) *footprint {
	for _, f := range all {
		if f.Side == name {
			return f
		}
	}
	return nil
}
