package main

import (
	"math"
	"strings"
	"testing"
)

var testCosts = costs{noneCPU: 20, pluginCPU: 5, pluginCPUOne: 2, noneMB: 60, perWorkerNone: 1, chainMB: 2000, chainMBOne: 200,
	perWorker: 3, loadCPU: 100, loadCPUOne: 2.5, codeCPU: 2.4, codeWait: 1.2, configMillis: 15, imageMB: 0.9}

var testFleet = fleet{Gateways: 1000, Plugins: 50, UpdatesPerMinute: 1, NewCode: 0.5, Requests: 5000, Load: 0.5,
	MemoryMB: 4000, Cores: 4, RegistryMBs: 125, RegistryRequests: 1000, PollSeconds: 60}

// Each figure by hand once.
func TestNeed(t *testing.T) {
	g := testFleet.need(testCosts, false)
	want := gateway{cpu: 270, workers: 3, memory: 2000 + 60 + 2*(1+150), loadCPU: 100, codeCPU: 2.4, codeWait: 1.2, image: 0.9, images: 45, tags: 50}
	if g != want {
		t.Errorf("apart: %+v, want %+v", g, want)
	}
	g = testFleet.need(testCosts, true)
	want = gateway{cpu: 120, workers: 2, memory: 200 + 60 + 1*(1+3), loadCPU: 2.5, codeCPU: 2.4, codeWait: 1.2, image: 0.9, images: 0.9, tags: 1}
	if g != want {
		t.Errorf("one module: %+v, want %+v", g, want)
	}
}

func TestLimits(t *testing.T) {
	all := testFleet.limits(testFleet.need(testCosts, false))
	for i := 1; i < len(all); i++ {
		if all[i].used() > all[i-1].used() {
			t.Errorf("%s before %s", all[i-1].what, all[i].what)
		}
	}
	find := func(what string) limit {
		for _, l := range all {
			if strings.HasPrefix(l.what, what) {
				return l
			}
		}
		t.Fatalf("no limit %s", what)
		return limit{}
	}
	for what, want := range map[string]float64{"memory": 2362, "main thread": 0.6, "compiling": 1.2, "registry, bytes at changes": 7.5,
		"registry, bytes when": 75, "registry, requests": 50_000.0 / 60} {
		if got := find(what).need; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}

func TestCostsOf(t *testing.T) {
	r := whole()
	var g growth
	for _, name := range []string{"chain-cpu", "chain-memory", "chain-load"} {
		c := &chart{Name: name}
		c.line("different modules").add(50, summary{Median: 250})
		c.line("one module").add(50, summary{Median: 100})
		g.Charts = append(g.Charts, c)
	}
	c, err := costsOf(r, g, 50)
	if err != nil || c.pluginCPU != 5 || c.pluginCPUOne != 2 || c.chainMB != 250 || c.noneCPU != 20 || c.perWorker != 1.5 || c.perWorkerNone != 1 || c.imageMB != 0.9 {
		t.Errorf("%+v %v", c, err)
	}
	for name, broken := range map[string]func() (*report, growth, float64){
		"no memory": func() (*report, growth, float64) { return &report{}, g, 50 },
		"no curve":  func() (*report, growth, float64) { return r, growth{}, 50 },
		"no point":  func() (*report, growth, float64) { return r, g, 51 },
	} {
		r, g, n := broken()
		if _, err := costsOf(r, g, n); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
