package remote

import (
	"fmt"
	"os"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// host sends the plugin's host calls to the gateway, with the parameters of the
// ABI's functions in their order.
type host struct{ *Session }

var _ abi.Host = host{}

// Log implements abi.Host. A line that the gateway can't take now is not lost.
func (h host) Log(level abi.LogLevel, msg string) abi.Status {
	st := h.ask("proxy_log", number(level), text(msg)).status
	if st == abi.StatusInternalFailure {
		fmt.Fprintln(os.Stderr, "(outside of a callback)", msg)
	}
	return st
}

// GetLogLevel implements abi.Host.
func (h host) GetLogLevel() (abi.LogLevel, abi.Status) {
	level, st := h.ask("proxy_get_log_level", getUint32).uint32()
	return abi.LogLevel(level), st
}

// GetCurrentTime implements abi.Host.
func (h host) GetCurrentTime() (uint64, abi.Status) {
	return h.ask("proxy_get_current_time_nanoseconds", getUint64).uint64()
}

// SetTickPeriod implements abi.Host.
func (h host) SetTickPeriod(ms uint32) abi.Status {
	return h.ask("proxy_set_tick_period_milliseconds", number(ms)).status
}

// SetEffectiveContext implements abi.Host.
func (h host) SetEffectiveContext(id uint32) abi.Status {
	return h.ask("proxy_set_effective_context", number(id)).status
}

// Done implements abi.Host.
func (h host) Done() abi.Status { return h.ask("proxy_done").status }

// CallForeignFunction implements abi.Host.
func (h host) CallForeignFunction(name string, arg []byte) ([]byte, abi.Status) {
	return h.ask("proxy_call_foreign_function", text(name), data(arg), getBytes).bytes()
}

// GetProperty implements abi.Host.
func (h host) GetProperty(path []string) ([]byte, abi.Status) {
	return h.ask("proxy_get_property", propertyPath(path), getBytes).bytes()
}

// SetProperty implements abi.Host.
func (h host) SetProperty(path []string, value []byte) abi.Status {
	return h.ask("proxy_set_property", propertyPath(path), data(value)).status
}

// GetSharedData implements abi.Host.
func (h host) GetSharedData(key string) ([]byte, uint32, abi.Status) {
	a := h.ask("proxy_get_shared_data", text(key), getBytes, getUint32)
	b, st := a.bytes()
	return b, uint32(a.at(1).Number), st
}

// SetSharedData implements abi.Host.
func (h host) SetSharedData(key string, value []byte, cas uint32) abi.Status {
	return h.ask("proxy_set_shared_data", text(key), data(value), number(cas)).status
}

// RegisterSharedQueue implements abi.Host.
func (h host) RegisterSharedQueue(name string) (uint32, abi.Status) {
	return h.ask("proxy_register_shared_queue", text(name), getUint32).uint32()
}

// ResolveSharedQueue implements abi.Host.
func (h host) ResolveSharedQueue(vmID string, name string) (uint32, abi.Status) {
	return h.ask("proxy_resolve_shared_queue", text(vmID), text(name), getUint32).uint32()
}

// EnqueueSharedQueue implements abi.Host.
func (h host) EnqueueSharedQueue(queue uint32, b []byte) abi.Status {
	return h.ask("proxy_enqueue_shared_queue", number(queue), data(b)).status
}

// DequeueSharedQueue implements abi.Host.
func (h host) DequeueSharedQueue(queue uint32) ([]byte, abi.Status) {
	return h.ask("proxy_dequeue_shared_queue", number(queue), getBytes).bytes()
}

// DefineMetric implements abi.Host.
func (h host) DefineMetric(t abi.MetricType, name string) (uint32, abi.Status) {
	return h.ask("proxy_define_metric", number(t), text(name), getUint32).uint32()
}

// IncrementMetric implements abi.Host.
func (h host) IncrementMetric(id uint32, offset int64) abi.Status {
	return h.ask("proxy_increment_metric", number(id), number(offset)).status
}

// RecordMetric implements abi.Host.
func (h host) RecordMetric(id uint32, value uint64) abi.Status {
	return h.ask("proxy_record_metric", number(id), number(value)).status
}

// GetMetric implements abi.Host.
func (h host) GetMetric(id uint32) (uint64, abi.Status) {
	return h.ask("proxy_get_metric", number(id), getUint64).uint64()
}
