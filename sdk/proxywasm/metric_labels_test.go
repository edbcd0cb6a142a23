package proxywasm_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestMetricLabels(t *testing.T) {
	h, _ := inRequest(t, plugintest.Options{}, func() {
		requests, err := proxywasm.NewCounterVec("requests", "method", "code")
		if err != nil {
			t.Fatal(err)
		}
		requests.With("GET", "200").Increment(1)
		requests.With("GET", "200").Increment(2)
		requests.With("GET").Increment(1)
		requests.With("P;O=S\r\nT\"", "a.b", "too many").Increment(1)
		requests.With(strings.Repeat("x", 1000), "1").Increment(1)
		inFlight, _ := proxywasm.NewGaugeVec("in_flight", "route")
		inFlight.With("a/b").Add(3)
		seconds, _ := proxywasm.NewHistogramVec("took", "phase")
		seconds.With("headers").Record(7)
	})
	for name, want := range map[string]uint64{
		"requests;method=GET;code=200": 3, "requests;method=GET;code=": 1, "requests;method=P_O_S__T_;code=a.b": 1,
		"requests;method=" + strings.Repeat("x", proxywasm.MaxLabelValue) + ";code=1": 1,
	} {
		if got, ok := h.Counter(name); got != want || !ok {
			t.Errorf("%s: %d, %v; want %d", name, got, ok, want)
		}
	}
	if got, _ := h.Gauge("in_flight;route=a/b"); got != 3 {
		t.Errorf("gauge: %d", got)
	}
	if got, _ := h.Histogram("took;phase=headers"); len(got) != 1 {
		t.Errorf("histogram: %v", got)
	}
}

func TestMetricLabelsAreBounded(t *testing.T) {
	h, _ := inRequest(t, plugintest.Options{}, func() {
		v, _ := proxywasm.NewCounterVec("many", "who")
		for i := range proxywasm.MaxSeries + 50 {
			v.With(fmt.Sprint(i)).Increment(1)
		}
		v.With("0").Increment(1)
	})
	if first, _ := h.Counter("many;who=0"); first != 2 {
		t.Errorf("a series that was there before the limit: %d, want 2", first)
	}
	if other, _ := h.Counter("many;who=other"); other != 50 {
		t.Errorf("beyond the limit: %d, want 50", other)
	}
	if _, ok := h.Counter(fmt.Sprintf("many;who=%d", proxywasm.MaxSeries+1)); ok {
		t.Error("there are more series than the limit")
	}
}

func TestMetricNamesAreChecked(t *testing.T) {
	for _, bad := range [][]string{
		{"", "l"}, {"1a", "l"}, {"a.b", "l"}, {"a;b", "l"}, {"a"}, {"a", ""}, {"a", "b", "b"}, {"a", "b c"}, {"a", "1", "2"},
		{"a", "a", "b", "c", "d", "e", "f", "g", "h", "i"}, {"ä", "l"},
	} {
		if v, err := proxywasm.NewCounterVec(bad[0], bad[1:]...); !errors.Is(err, types.ErrInvalidMetric) {
			t.Errorf("%q: %v", bad, err)
		} else {
			v.With("x").Increment(1) // does nothing
		}
		if _, err := proxywasm.NewGaugeVec(bad[0], bad[1:]...); err == nil {
			t.Errorf("gauge %q is accepted", bad)
		}
		if _, err := proxywasm.NewHistogramVec(bad[0], bad[1:]...); err == nil {
			t.Errorf("histogram %q is accepted", bad)
		}
	}
}

func TestKnownLabelsAllocateNothing(t *testing.T) {
	inRequest(t, plugintest.Options{}, func() {
		v, _ := proxywasm.NewCounterVec("alloc", "method", "code")
		method := "GET"
		v.With(method, "200")
		if n := testing.AllocsPerRun(100, func() { v.With(method, "200") }); n > 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

func ExampleNewCounterVec() {
	requests, err := proxywasm.NewCounterVec("demo_requests", "method", "result")
	if err != nil {
		fmt.Println(err)
		return
	}
	onRequest := func() { requests.With("GET", "allowed").Increment(1) }
	_ = onRequest // called in a callback

	_, err = proxywasm.NewCounterVec("demo requests", "method")
	fmt.Println(err)
	// Output: invalid metric: name and labels are letters, digits and _, and a metric has 1 to 8 different labels
}

func ExampleNewGaugeVec() {
	_, err := proxywasm.NewGaugeVec("demo_open", "route")
	fmt.Println(err)
	// Output: <nil>
}

func ExampleNewHistogramVec() {
	_, err := proxywasm.NewHistogramVec("demo_bytes", "direction")
	fmt.Println(err)
	// Output: <nil>
}
