package plugintest

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// metrics are what the plugin defined; a metric's id is its index plus 1.
type metrics struct{ defined []metric }

type metric struct {
	name    string
	kind    abi.MetricType
	value   int64
	samples []uint64
}

func newMetrics() metrics { return metrics{} }

// Counter returns a counter's value and whether the plugin defined it.
func (h *Host) Counter(name string) (value uint64, ok bool) {
	m := h.find(abi.MetricCounter, name)
	if m == nil {
		return 0, false
	}
	return uint64(m.value), true
}

// Gauge returns a gauge's value and whether the plugin defined it.
func (h *Host) Gauge(name string) (value int64, ok bool) {
	m := h.find(abi.MetricGauge, name)
	if m == nil {
		return 0, false
	}
	return m.value, true
}

// Histogram returns a histogram's samples and whether the plugin defined it.
func (h *Host) Histogram(name string) (samples []uint64, ok bool) {
	m := h.find(abi.MetricHistogram, name)
	if m == nil {
		return nil, false
	}
	return append([]uint64(nil), m.samples...), true
}

func (m *metrics) find(kind abi.MetricType, name string) *metric {
	for i := range m.defined {
		if m.defined[i].kind == kind && m.defined[i].name == name {
			return &m.defined[i]
		}
	}
	return nil
}

func (m *metrics) byID(id uint32) *metric {
	if id == 0 || id > uint32(len(m.defined)) {
		return nil
	}
	return &m.defined[id-1]
}

// DefineMetric implements abi.Host.
func (h hostcalls) DefineMetric(kind abi.MetricType, name string) (uint32, abi.Status) {
	if kind > abi.MetricHistogram {
		return 0, abi.StatusBadArgument
	}
	for i, m := range h.defined {
		if m.kind == kind && m.name == name {
			return uint32(i + 1), abi.StatusOK
		}
	}
	h.defined = append(h.defined, metric{name: name, kind: kind})
	return uint32(len(h.defined)), abi.StatusOK
}

// IncrementMetric implements abi.Host. Counters only go up.
func (h hostcalls) IncrementMetric(id uint32, offset int64) abi.Status {
	m := h.byID(id)
	switch {
	case m == nil:
		return abi.StatusNotFound
	case m.kind == abi.MetricHistogram, m.kind == abi.MetricCounter && offset <= 0:
		return abi.StatusBadArgument
	}
	m.value += offset
	return abi.StatusOK
}

// RecordMetric implements abi.Host.
func (h hostcalls) RecordMetric(id uint32, value uint64) abi.Status {
	m := h.byID(id)
	switch {
	case m == nil:
		return abi.StatusNotFound
	case m.kind == abi.MetricCounter:
		m.value += int64(value)
	case m.kind == abi.MetricGauge:
		m.value = int64(value)
	default:
		m.samples = append(m.samples, value)
	}
	return abi.StatusOK
}

// GetMetric implements abi.Host.
func (h hostcalls) GetMetric(id uint32) (uint64, abi.Status) {
	m := h.byID(id)
	switch {
	case m == nil:
		return 0, abi.StatusNotFound
	case m.kind == abi.MetricHistogram:
		return 0, abi.StatusBadArgument
	}
	return uint64(m.value), abi.StatusOK
}
