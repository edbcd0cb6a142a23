package cells

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// metricCalls show values, since that is all that the SDK's metrics tell; what
// a host refuses is in its log.
func metricCalls() []Call {
	counter := func(name string, f func(m proxywasm.MetricCounter)) Call {
		return Call{Name: "metric.counter." + name, Run: func(s *Scene) string {
			m := proxywasm.DefineCounterMetric(s.name("counter"))
			f(m)
			return strconv.FormatUint(m.Value(), 10)
		}}
	}
	gauge := func(name string, f func(m proxywasm.MetricGauge)) Call {
		return Call{Name: "metric.gauge." + name, Run: func(s *Scene) string {
			m := proxywasm.DefineGaugeMetric(s.name("gauge"))
			f(m)
			return strconv.FormatInt(m.Value(), 10)
		}}
	}
	return []Call{
		counter("new", func(proxywasm.MetricCounter) {}),
		counter("increment", func(m proxywasm.MetricCounter) { m.Increment(2); m.Increment(3) }),
		counter("increment.nothing", func(m proxywasm.MetricCounter) { m.Increment(0) }),
		gauge("new", func(proxywasm.MetricGauge) {}),
		gauge("add", func(m proxywasm.MetricGauge) { m.Add(5); m.Add(-2) }),
		gauge("below_zero", func(m proxywasm.MetricGauge) { m.Add(2); m.Add(-5) }),
		{Name: "metric.histogram.record", Run: func(s *Scene) string {
			m := proxywasm.DefineHistogramMetric(s.name("histogram"))
			m.Record(5)
			return strconv.FormatUint(m.Value(), 10)
		}},
		{Name: "metric.twice", Run: func(s *Scene) string {
			first, second := proxywasm.DefineCounterMetric(s.name("counter")), proxywasm.DefineCounterMetric(s.name("counter"))
			first.Increment(1)
			second.Increment(1)
			return strconv.FormatUint(first.Value(), 10)
		}},
		{Name: "metric.missing", Run: func(*Scene) string { return strconv.FormatUint(proxywasm.MetricCounter(1<<30).Value(), 10) }},
		{Name: "metric.empty_name", Run: func(*Scene) string {
			m := proxywasm.DefineGaugeMetric("")
			return strconv.FormatInt(m.Value(), 10)
		}},
	}
}
