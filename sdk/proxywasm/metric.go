package proxywasm

import (
	"math"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// Metrics appear among the host's own, on Envoy as wasmcustom and their name.
// They can be defined and used in every callback: defining one again finds it,
// without a call of the host. Their functions return no errors: a metric that the
// host refuses is logged at level error, and using it does nothing.

// MetricCounter counts up.
type MetricCounter uint32

// MetricGauge goes up and down.
type MetricGauge uint32

// MetricHistogram takes samples.
type MetricHistogram uint32

// undefined is the id of a metric that the host refused.
const undefined = math.MaxUint32

// DefineCounterMetric makes the counter of that name, or finds it.
func DefineCounterMetric(name string) MetricCounter {
	return MetricCounter(define(abi.MetricCounter, name))
}

// DefineGaugeMetric makes the gauge of that name, or finds it.
func DefineGaugeMetric(name string) MetricGauge {
	return MetricGauge(define(abi.MetricGauge, name))
}

// DefineHistogramMetric makes the histogram of that name, or finds it.
func DefineHistogramMetric(name string) MetricHistogram {
	return MetricHistogram(define(abi.MetricHistogram, name))
}

// Value returns the counter's value, 0 where the host refused the counter.
func (m MetricCounter) Value() uint64 { return metricValue(uint32(m)) }

// Increment adds offset.
func (m MetricCounter) Increment(offset uint64) {
	// Envoy takes 0, and what is negative as an int64, for an error.
	if offset > 0 && m != undefined {
		logMetric("increment", abi.IncrementMetric(uint32(m), int64(min(offset, math.MaxInt64))))
	}
}

// Value returns the gauge's value, 0 where the host refused the gauge.
func (m MetricGauge) Value() int64 { return int64(metricValue(uint32(m))) }

// Add adds offset, which may be negative.
func (m MetricGauge) Add(offset int64) {
	if offset != 0 && m != undefined {
		logMetric("add", abi.IncrementMetric(uint32(m), offset))
	}
}

// Value returns what the host tells of a histogram: on Envoy nothing, which is
// logged, and 0.
func (m MetricHistogram) Value() uint64 { return metricValue(uint32(m)) }

// Record adds a sample.
func (m MetricHistogram) Record(value uint64) {
	if m != undefined {
		logMetric("record", abi.RecordMetric(uint32(m), value))
	}
}

func define(t abi.MetricType, name string) uint32 {
	id, st := dispatch.Current().DefineMetric(t, name)
	if st != abi.StatusOK {
		LogError("define metric " + name + ": " + statusError(st).Error())
		return undefined
	}
	return id
}

func metricValue(id uint32) uint64 {
	if id == undefined {
		return 0
	}
	value, st := abi.GetMetric(id)
	if st != abi.StatusOK {
		logMetric("read", st)
		return 0
	}
	return value
}

func logMetric(what string, st abi.Status) {
	if st != abi.StatusOK {
		LogError(what + " metric: " + statusError(st).Error())
	}
}
