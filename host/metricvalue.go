package host

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// MetricValue is what a metric was at one moment.
type MetricValue struct {
	// Name is the name that the plugin gave it, labels included.
	Name string
	Type MetricType
	// Value is a counter's value, a gauge's as an int64, or the number of a
	// histogram's records.
	Value uint64
	// Sum is the sum of a histogram's records.
	Sum uint64
	// Buckets counts a histogram's records up to each of [HistogramBounds];
	// those beyond the last are in Value only.
	Buckets []uint64
}

// HistogramBounds returns the upper bounds of a histogram's buckets, which are
// included in them: Envoy's defaults.
func HistogramBounds() []float64 {
	bounds := make([]float64, len(bucketBounds))
	for i, b := range bucketBounds {
		bounds[i] = float64(b)
	}
	bounds[0] = 0.5
	return bounds
}

// bucketBounds are the bounds for records, which are whole numbers: what is at
// most 0.5 is 0. It is never changed.
var bucketBounds = [...]uint64{
	0, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
}

// buckets count a histogram's records, each in the first bucket that takes it.
type buckets [len(bucketBounds)]atomic.Uint64

func (b *buckets) record(value uint64) {
	if i, _ := slices.BinarySearch(bucketBounds[:], value); i < len(b) {
		b[i].Add(1)
	}
}

// record adds to a histogram.
func (m *metric) record(value uint64) {
	m.buckets.record(value)
	m.sum.Add(value)
	m.value.Add(1)
}

// Values returns all metrics in the order of their names. Each is read for
// itself while plugins go on.
func (m *Metrics) Values() []MetricValue {
	m.mu.Lock()
	values := make([]MetricValue, 0, len(m.byName))
	for k, v := range m.byName {
		values = append(values, v.read(k))
	}
	m.mu.Unlock()
	slices.SortFunc(values, func(a, b MetricValue) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
	})
	return values
}

// read returns a metric's value. A histogram's number is never less than what
// its buckets hold, whatever is recorded meanwhile.
func (m *metric) read(k metricKey) MetricValue {
	v := MetricValue{Name: k.name, Type: k.kind}
	if m.buckets != nil {
		v.Buckets = make([]uint64, len(m.buckets))
		var n uint64
		for i := range m.buckets {
			n += m.buckets[i].Load()
			v.Buckets[i] = n
		}
	}
	v.Sum, v.Value = m.sum.Load(), m.value.Load()
	if n := len(v.Buckets); n > 0 {
		v.Value = max(v.Value, v.Buckets[n-1])
	}
	return v
}
