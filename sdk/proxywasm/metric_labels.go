package proxywasm

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// Metrics of the ABI have a name and no labels, so labels are part of the name:
//
//	requests;method=GET;code=200
//
// Gateways take them out again: Envoy by a rule for each label's name in
// stats_config, the embedded gateway by itself. See docs/observability.md.

const (
	// MaxLabels is how many labels a metric can have.
	MaxLabels = 8
	// MaxSeries is how many combinations of values a metric with labels has at
	// most in one VM. Later ones are counted where every label is OtherValue:
	// gateways keep each name for ever, and a client that chooses values would
	// fill their memory.
	MaxSeries = 200
	// MaxLabelValue is how many bytes of a label's value are kept.
	MaxLabelValue = 64
	// OtherValue is the value of labels beyond MaxSeries.
	OtherValue = "other"
)

// series are the metrics of one name, by the values of their labels.
type series struct {
	name   string
	labels []string
	ids    map[string]uint32
	define func(name string) uint32
	buf    []byte
}

func newSeries(name string, labels []string, define func(string) uint32) (series, error) {
	if !isMetricName(name) || len(labels) == 0 || len(labels) > MaxLabels {
		return series{}, types.ErrInvalidMetric
	}
	for i, label := range labels {
		if !isMetricName(label) {
			return series{}, types.ErrInvalidMetric
		}
		for _, other := range labels[:i] {
			if other == label {
				return series{}, types.ErrInvalidMetric
			}
		}
	}
	return series{name: name, labels: labels, ids: make(map[string]uint32), define: define}, nil
}

// isMetricName reports whether s is a name of Prometheus without colons.
func isMetricName(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !letter(c) && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func letter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// with returns the id of the metric with these values: those that are missing
// are empty, those beyond the labels are left out. It allocates only for values
// that it has not seen before.
func (s *series) with(values []string) uint32 {
	if s.ids == nil {
		return undefined // made without New…
	}
	s.buf = append(s.buf[:0], s.name...)
	for i, label := range s.labels {
		value := ""
		if i < len(values) {
			value = values[i]
		}
		s.label(label, value)
	}
	if id, ok := s.ids[string(s.buf)]; ok {
		return id
	}
	if len(s.ids) >= MaxSeries {
		return s.other()
	}
	return s.add()
}

func (s *series) label(label, value string) {
	s.buf = append(append(append(s.buf, ';'), label...), '=')
	for i := 0; i < len(value) && i < MaxLabelValue; i++ {
		c := value[i]
		if !letter(c) && (c < '0' || c > '9') && c != '-' && c != '.' && c != '/' && c != ':' {
			c = '_' // what Envoy's and Prometheus' formats would have to escape
		}
		s.buf = append(s.buf, c)
	}
}

func (s *series) other() uint32 {
	s.buf = append(s.buf[:0], s.name...)
	for _, label := range s.labels {
		s.label(label, OtherValue)
	}
	if id, ok := s.ids[string(s.buf)]; ok {
		return id
	}
	return s.add()
}

func (s *series) add() uint32 {
	name := string(s.buf)
	id := s.define(name)
	s.ids[name] = id
	return id
}

// CounterVec is a counter with labels. Make one in OnPluginStart, or once as a
// package variable, and use it in every callback.
type CounterVec struct{ series }

// NewCounterVec makes a counter with labels. name and labels are letters,
// digits and underscores and don't begin with a digit; there are 1 to MaxLabels
// labels, all different. Otherwise the error is types.ErrInvalidMetric.
func NewCounterVec(name string, labels ...string) (*CounterVec, error) {
	s, err := newSeries(name, labels, func(n string) uint32 { return uint32(DefineCounterMetric(n)) })
	return &CounterVec{s}, err
}

// With returns the counter for the labels' values, in the order in which
// NewCounterVec got them. Bytes other than letters, digits and -./:_ become _.
func (v *CounterVec) With(values ...string) MetricCounter { return MetricCounter(v.with(values)) }

// GaugeVec is a gauge with labels, as CounterVec is a counter.
type GaugeVec struct{ series }

// NewGaugeVec is NewCounterVec for a gauge.
func NewGaugeVec(name string, labels ...string) (*GaugeVec, error) {
	s, err := newSeries(name, labels, func(n string) uint32 { return uint32(DefineGaugeMetric(n)) })
	return &GaugeVec{s}, err
}

// With is CounterVec's.
func (v *GaugeVec) With(values ...string) MetricGauge { return MetricGauge(v.with(values)) }

// HistogramVec is a histogram with labels, as CounterVec is a counter.
type HistogramVec struct{ series }

// NewHistogramVec is NewCounterVec for a histogram.
func NewHistogramVec(name string, labels ...string) (*HistogramVec, error) {
	s, err := newSeries(name, labels, func(n string) uint32 { return uint32(DefineHistogramMetric(n)) })
	return &HistogramVec{s}, err
}

// With is CounterVec's.
func (v *HistogramVec) With(values ...string) MetricHistogram {
	return MetricHistogram(v.with(values))
}
