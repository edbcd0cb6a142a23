package host

import (
	"errors"
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
	h.value.Store(2)
	h.sum.Store(30)
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
# TYPE took summary
took_sum{phase="done"} 30
took_count{phase="done"} 2
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
