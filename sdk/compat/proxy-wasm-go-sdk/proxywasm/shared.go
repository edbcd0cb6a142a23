package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// RegisterSharedQueue is [proxywasm.RegisterSharedQueue].
func RegisterSharedQueue(name string) (queueID uint32, err error) {
	return proxywasm.RegisterSharedQueue(name)
}

// ResolveSharedQueue is [proxywasm.ResolveSharedQueue].
func ResolveSharedQueue(vmID, queueName string) (queueID uint32, err error) {
	return proxywasm.ResolveSharedQueue(vmID, queueName)
}

// EnqueueSharedQueue is [proxywasm.EnqueueSharedQueue].
func EnqueueSharedQueue(queueID uint32, data []byte) error {
	return proxywasm.EnqueueSharedQueue(queueID, data)
}

// DequeueSharedQueue is [proxywasm.DequeueSharedQueue].
func DequeueSharedQueue(queueID uint32) ([]byte, error) {
	return proxywasm.DequeueSharedQueue(queueID)
}

// GetSharedData is [proxywasm.GetSharedData].
func GetSharedData(key string) (value []byte, cas uint32, err error) {
	return proxywasm.GetSharedData(key)
}

// SetSharedData is [proxywasm.SetSharedData].
func SetSharedData(key string, data []byte, cas uint32) error {
	return proxywasm.SetSharedData(key, data, cas)
}
