package host

// hcDefineMetric: (kind, name, number pointer).
func hcDefineMetric(vm *VM, s []uint64) Status {
	name, ok := vm.copyString(s[1], s[2])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	id, status := vm.metrics.define(MetricType(uint32(s[0])), name)
	if status != StatusOK {
		return status
	}
	return vm.putWord(s[3], id)
}

// hcIncrementMetric: (number, offset): a counter grows only, a gauge moves both
// ways, a histogram can't be incremented.
func hcIncrementMetric(vm *VM, s []uint64) Status {
	kind, m := vm.metrics.find(uint32(s[0]))
	offset := int64(s[1])
	switch {
	case kind > MetricGauge:
		return StatusBadArgument
	case m == nil:
		return StatusNotFound
	case kind == MetricCounter && offset <= 0:
		return StatusBadArgument
	}
	m.value.Add(uint64(offset))
	return StatusOK
}

// hcRecordMetric: (number, value): adds to a counter, sets a gauge, records in a
// histogram.
func hcRecordMetric(vm *VM, s []uint64) Status {
	kind, m := vm.metrics.find(uint32(s[0]))
	if m == nil {
		return StatusNotFound
	}
	switch kind {
	case MetricCounter:
		m.value.Add(s[1])
	case MetricGauge:
		m.value.Store(s[1])
	default:
		m.record(s[1])
	}
	return StatusOK
}

// hcGetMetric: (number, value pointer); a histogram has no value.
func hcGetMetric(vm *VM, s []uint64) Status {
	kind, m := vm.metrics.find(uint32(s[0]))
	switch {
	case kind > MetricGauge:
		return StatusBadArgument
	case m == nil:
		return StatusNotFound
	case !vm.putU64(s[1], m.value.Load()):
		return StatusInvalidMemoryAccess
	}
	return StatusOK
}
