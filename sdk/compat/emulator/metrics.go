package emulator

import (
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// metrics are what the plugin has defined. A metric's id is its index.
type metrics struct{ defined []metric }

type metric struct {
	name  string
	kind  abi.MetricType
	value uint64
}

// DefineMetric implements abi.Host.
func (h hostcalls) DefineMetric(kind abi.MetricType, name string) (uint32, abi.Status) {
	for i, m := range h.defined {
		if m.name == name {
			return uint32(i), abi.StatusOK
		}
	}
	h.defined = append(h.defined, metric{name: name, kind: kind})
	return uint32(len(h.defined) - 1), abi.StatusOK
}

func (h hostcalls) metric(id uint32) *metric {
	if int64(id) >= int64(len(h.defined)) {
		return nil
	}
	return &h.defined[id]
}

// IncrementMetric implements abi.Host.
func (h hostcalls) IncrementMetric(id uint32, offset int64) abi.Status {
	m := h.metric(id)
	if m == nil {
		return abi.StatusBadArgument
	}
	m.value += uint64(offset)
	return abi.StatusOK
}

// RecordMetric implements abi.Host. Of a histogram the last value is kept.
func (h hostcalls) RecordMetric(id uint32, value uint64) abi.Status {
	m := h.metric(id)
	if m == nil {
		return abi.StatusBadArgument
	}
	m.value = value
	return abi.StatusOK
}

// GetMetric implements abi.Host.
func (h hostcalls) GetMetric(id uint32) (uint64, abi.Status) {
	m := h.metric(id)
	if m == nil {
		return 0, abi.StatusBadArgument
	}
	return m.value, abi.StatusOK
}

// GetCounterMetric implements HostEmulator.
func (e *emulator) GetCounterMetric(name string) (uint64, error) {
	return e.valueOf(abi.MetricCounter, name)
}

// GetGaugeMetric implements HostEmulator.
func (e *emulator) GetGaugeMetric(name string) (uint64, error) {
	return e.valueOf(abi.MetricGauge, name)
}

// GetHistogramMetric implements HostEmulator.
func (e *emulator) GetHistogramMetric(name string) (uint64, error) {
	return e.valueOf(abi.MetricHistogram, name)
}

func (e *emulator) valueOf(kind abi.MetricType, name string) (uint64, error) {
	for _, m := range e.defined {
		switch {
		case m.name != name:
		case m.kind != kind:
			return 0, fmt.Errorf("metric %s is of another kind", name)
		default:
			return m.value, nil
		}
	}
	return 0, fmt.Errorf("metric %s not found", name)
}
