package host

import (
	"sync"
	"sync/atomic"
)

// MetricType is the kind of a metric, in the numbers of the ABI.
type MetricType uint32

// The kinds of metrics.
const (
	MetricCounter   MetricType = 0
	MetricGauge     MetricType = 1
	MetricHistogram MetricType = 2
)

// maxMetrics bounds what a guest may define.
const maxMetrics = 1 << 16

// Metrics holds the counters, gauges and histograms that plugins define, by kind
// and name: plugins and VMs that use the same name share it. It is safe for
// concurrent use.
type Metrics struct {
	mu     sync.Mutex
	byName map[metricKey]*metric
}

type metricKey struct {
	kind MetricType
	name string
}

// metric holds a counter's or gauge's value, or a histogram's count, sum and
// buckets.
type metric struct {
	value, sum atomic.Uint64
	buckets    *buckets // of a histogram only
}

// NewMetrics returns an empty Metrics.
func NewMetrics() *Metrics { return &Metrics{byName: map[metricKey]*metric{}} }

// Snapshot returns the value of each counter and gauge by name, and for each
// histogram the number of records under its name and their sum under name+".sum".
// A name that several kinds share gives the value of the last kind.
func (m *Metrics) Snapshot() map[string]uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[string]uint64, len(m.byName))
	for kind := MetricCounter; kind <= MetricHistogram; kind++ {
		for k, v := range m.byName {
			if k.kind != kind {
				continue
			}
			out[k.name] = v.value.Load()
			if kind == MetricHistogram {
				out[k.name+".sum"] = v.sum.Load()
			}
		}
	}
	return out
}

func (m *Metrics) define(kind MetricType, name string) *metric {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := metricKey{kind, name}
	v := m.byName[k]
	if v == nil {
		if len(m.byName) >= maxMetrics {
			return nil
		}
		v = &metric{}
		if kind == MetricHistogram {
			v.buckets = new(buckets)
		}
		m.byName[k] = v
	}
	return v
}

// metricTable gives out the numbers by which one VM knows its metrics. As on
// Envoy the low two bits are the kind, and each definition gets a new number,
// until there are maxMetrics of a kind: then a name that was defined before has
// the number that it got first, so that a plugin that defines its metrics with
// each request goes on for ever, as it does on Envoy, which keeps them all.
type metricTable struct {
	all   *Metrics
	byID  [3][]*metric
	first map[*metric]uint32
}

func (t *metricTable) init(all *Metrics) { t.all, t.first = all, map[*metric]uint32{} }

func (t *metricTable) define(kind MetricType, name string) (uint32, Status) {
	if kind > MetricHistogram {
		return 0, StatusBadArgument
	}
	v := t.all.define(kind, name)
	if v == nil {
		return 0, StatusInternalFailure
	}
	first, known := t.first[v]
	if len(t.byID[kind]) >= maxMetrics {
		if known {
			return first, StatusOK
		}
		return 0, StatusInternalFailure
	}
	t.byID[kind] = append(t.byID[kind], v)
	id := uint32(len(t.byID[kind]))<<2 | uint32(kind)
	if !known {
		t.first[v] = id
	}
	return id, StatusOK
}

func (t *metricTable) find(id uint32) (MetricType, *metric) {
	kind, i := MetricType(id&3), int(id>>2)-1
	if kind > MetricHistogram || i < 0 || i >= len(t.byID[kind]) {
		return kind, nil
	}
	return kind, t.byID[kind][i]
}
