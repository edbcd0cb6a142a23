package dispatch

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// metricKey names a metric: hosts keep kinds apart.
type metricKey struct {
	kind abi.MetricType
	name string
}

// DefineMetric returns the host's number of a metric. It asks the host once for
// each kind and name: hosts give a new number each time, and keep them all as
// long as the VM lives.
func (v *VM) DefineMetric(kind abi.MetricType, name string) (uint32, abi.Status) {
	key := metricKey{kind, name}
	if id, ok := v.metrics[key]; ok {
		return id, abi.StatusOK
	}
	id, st := abi.DefineMetric(kind, name)
	if st != abi.StatusOK {
		return 0, st
	}
	if v.metrics == nil {
		v.metrics = make(map[metricKey]uint32)
	}
	key.name = string([]byte(name)) // what the plugin passed may be part of something large
	v.metrics[key] = id
	return id, st
}

// tally adds one to a counter. What the host says to that doesn't matter: it
// runs where something has failed already.
func (v *VM) tally(name string) {
	if id, st := v.DefineMetric(abi.MetricCounter, name); st == abi.StatusOK {
		abi.IncrementMetric(id, 1)
	}
}
