package host

// Metrics holds the counters, gauges and histograms that plugins define. It is
// safe for concurrent use.
type Metrics struct{}

// NewMetrics returns an empty Metrics.
func NewMetrics() *Metrics { return &Metrics{} }

// Snapshot returns the current value of each counter and gauge, and the number
// of records of each histogram, by name.
func (m *Metrics) Snapshot() map[string]uint64 { panic("todo") }
