package host

import (
	"fmt"
	"math"
	"testing"
)

func TestMetrics(t *testing.T) {
	all := NewMetrics()
	inHTTP(t, VMOptions{Metrics: all}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		n, nn := r.str(0, "name")
		define := func(kind uint64, want uint32) uint64 {
			wantStatus(t, "define", r.do(&c.scope, "proxy_define_metric", kind, n, nn, outAddr), StatusOK)
			if got := r.word(outAddr); got != want {
				t.Errorf("kind %d has number %d, Envoy gives %d", kind, got, want)
			}
			return uint64(want)
		}
		counter, again, gauge, histogram := define(0, 4), define(0, 8), define(1, 5), define(2, 6)
		minus1 := uint64(math.MaxUint64)
		for _, c2 := range []struct {
			call string
			id   uint64
			v    uint64
			want Status
		}{
			{"increment", counter, 2, StatusOK}, {"increment", again, 3, StatusOK}, {"increment", counter, 0, StatusBadArgument}, {"increment", counter, minus1, StatusBadArgument},
			{"increment", gauge, 5, StatusOK}, {"increment", gauge, minus1, StatusOK}, {"increment", histogram, 1, StatusBadArgument},
			{"increment", 4000, 1, StatusNotFound}, {"increment", 3, 1, StatusBadArgument}, {"increment", 0, 1, StatusNotFound}, {"increment", huge - 3, 1, StatusNotFound},
			{"record", counter, 10, StatusOK}, {"record", histogram, 7, StatusOK}, {"record", histogram, 8, StatusOK}, {"record", 4000, 1, StatusNotFound}, {"record", 7, 1, StatusNotFound},
		} {
			wantStatus(t, fmt.Sprint(c2.call, " ", c2.id, " ", int64(c2.v)), r.do(&c.scope, "proxy_"+c2.call+"_metric", c2.id, c2.v), c2.want)
		}
		for id, want := range map[uint64]uint64{counter: 15, again: 15, gauge: 4} {
			wantStatus(t, "get", r.do(&c.scope, "proxy_get_metric", id, outAddr), StatusOK)
			if v, _ := r.vm.mem.ReadUint64Le(outAddr); v != want {
				t.Errorf("metric %d = %d, want %d", id, v, want)
			}
		}
		wantStatus(t, "get histogram", r.do(&c.scope, "proxy_get_metric", histogram, outAddr), StatusBadArgument)
		wantStatus(t, "get bad", r.do(&c.scope, "proxy_get_metric", counter, huge), StatusInvalidMemoryAccess)
		wantStatus(t, "define kind 3", r.do(&c.scope, "proxy_define_metric", 3, n, nn, outAddr), StatusBadArgument)
		wantStatus(t, "define bad", r.do(&c.scope, "proxy_define_metric", 0, n, huge, outAddr), StatusInvalidMemoryAccess)
		if snap := all.Snapshot(); snap["name"] != 2 || snap["name.sum"] != 15 {
			t.Errorf("snapshot %v", snap)
		}
	})
}

// A plugin that defines the same metric with each request doesn't run out of
// numbers.
func TestMetricDefinedForEver(t *testing.T) {
	var table metricTable
	table.init(NewMetrics())
	first, _ := table.define(MetricCounter, "a")
	for range maxMetrics + 10 {
		id, st := table.define(MetricCounter, "a")
		if _, m := table.find(id); st != StatusOK || m == nil {
			t.Fatalf("number %d, status %v", id, st)
		}
	}
	if id, _ := table.define(MetricCounter, "a"); id != first {
		t.Errorf("number %d, want the first, %d", id, first)
	}
	if _, st := table.define(MetricCounter, "b"); st != StatusInternalFailure {
		t.Errorf("a new name got status %v", st)
	}
}
