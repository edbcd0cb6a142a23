package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// Handles of metrics, see [proxywasm.MetricCounter] and its twins.
type (
	MetricCounter   = proxywasm.MetricCounter
	MetricGauge     = proxywasm.MetricGauge
	MetricHistogram = proxywasm.MetricHistogram
)

// DefineCounterMetric is [proxywasm.DefineCounterMetric].
func DefineCounterMetric(name string) MetricCounter {
	return proxywasm.DefineCounterMetric(name)
}

// DefineGaugeMetric is [proxywasm.DefineGaugeMetric].
func DefineGaugeMetric(name string) MetricGauge {
	return proxywasm.DefineGaugeMetric(name)
}

// DefineHistogramMetric is [proxywasm.DefineHistogramMetric].
func DefineHistogramMetric(name string) MetricHistogram {
	return proxywasm.DefineHistogramMetric(name)
}
