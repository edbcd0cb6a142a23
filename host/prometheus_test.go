package host

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestWritePrometheus(t *testing.T) {
	m := NewMetrics()
	m.define(MetricCounter, "requests;method=GET;code=200").value.Store(3)
	m.define(MetricCounter, `requests;method=a"b\`).value.Store(1)
	m.define(MetricCounter, "requests_more").value.Store(4)
	m.define(MetricGauge, "1open.now;odd;=x").value.Store(^uint64(0))
	h := m.define(MetricHistogram, "took;phase=done")
	for _, v := range []uint64{0, 30, 4_000_000} { // the last is beyond all buckets
		h.record(v)
	}
	m.define(MetricCounter, "").value.Store(5)
	var b strings.Builder
	if err := m.WritePrometheus(&b); err != nil {
		t.Fatal(err)
	}
	want := `# TYPE _ counter
_ 5
# TYPE _open_now_odd__x gauge
_open_now_odd__x -1
# TYPE requests counter
requests{method="GET",code="200"} 3
requests{method="a\"b\\"} 1
# TYPE requests_more counter
requests_more 4
# TYPE took histogram
`
	for _, le := range []string{"0.5", "1", "5", "10", "25"} {
		want += `took_bucket{phase="done",le="` + le + `"} 1` + "\n"
	}
	for _, le := range strings.Fields("50 100 250 500 1000 2500 5000 10000 30000 60000 300000 600000 1800000 3600000") {
		want += `took_bucket{phase="done",le="` + le + `"} 2` + "\n"
	}
	want += `took_bucket{phase="done",le="+Inf"} 3
took_sum{phase="done"} 4000030
took_count{phase="done"} 3
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if err := m.WritePrometheus(failing{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestHistogramBuckets: a bound belongs to its bucket.
func TestHistogramBuckets(t *testing.T) {
	for i, bound := range HistogramBounds() {
		m := NewMetrics()
		h := m.define(MetricHistogram, "h")
		h.record(uint64(bound))
		h.record(uint64(bound) + 1)
		v := m.Values()[0]
		if v.Buckets[i] != 1 || i > 0 && v.Buckets[i-1] != 0 || i+1 < len(v.Buckets) && v.Buckets[i+1] != 2 || v.Value != 2 {
			t.Errorf("bound %v: %+v", bound, v)
		}
	}
}

// TestValues: in the order of their names, each kind for itself.
func TestValues(t *testing.T) {
	m := NewMetrics()
	m.define(MetricGauge, "a").value.Store(7)
	m.define(MetricCounter, "b").value.Store(1)
	m.define(MetricHistogram, "a").record(9)
	m.define(MetricCounter, "a;x=1").value.Store(2)
	var got []string
	for _, v := range m.Values() {
		got = append(got, fmt.Sprintf("%s/%d=%d,%d", v.Name, v.Type, v.Value, v.Sum))
	}
	if want := "[a/1=7,0 a/2=1,9 a;x=1/0=2,0 b/0=1,0]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
