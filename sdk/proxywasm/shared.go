package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// Shared data and queues are shared by all VMs of the host that have the same
// vm_id, across threads. They can be used in every callback.

// GetSharedData returns the value of a key, and the number to give
// SetSharedData so that it fails where another VM has set the key meanwhile.
// A key that was never set is types.ErrorStatusNotFound.
func GetSharedData(key string) (value []byte, cas uint32, err error) {
	value, cas, st := abi.GetSharedData(key)
	if st != abi.StatusOK {
		return nil, 0, statusError(st)
	}
	return value, cas, nil
}

// SetSharedData sets the value of a key; no data is a value too. With the cas
// number of GetSharedData it returns types.ErrorStatusCasMismatch where the
// key was set meanwhile: read it again and retry. cas 0 sets it in any case, so
// two VMs that both found no key overwrite each other. To create a key and lose
// nothing, give a number that no key has, such as math.MaxUint32: where the key
// exists by then, that is a mismatch too.
func SetSharedData(key string, data []byte, cas uint32) error {
	return statusError(abi.SetSharedData(key, data, cas))
}

// RegisterSharedQueue makes the queue of that name, or finds it, and makes the
// calling plugin's OnQueueReady run when something is put in.
func RegisterSharedQueue(name string) (queueID uint32, err error) {
	queueID, st := abi.RegisterSharedQueue(name)
	return idResult(queueID, st)
}

// ResolveSharedQueue finds a queue that a plugin in the VM with that vm_id
// registered; types.ErrorStatusNotFound where there is none.
func ResolveSharedQueue(vmID, queueName string) (queueID uint32, err error) {
	queueID, st := abi.ResolveSharedQueue(vmID, queueName)
	return idResult(queueID, st)
}

// EnqueueSharedQueue puts data at the end of a queue; data may be empty. A
// queue that is not there is types.ErrorStatusNotFound.
func EnqueueSharedQueue(queueID uint32, data []byte) error {
	return statusError(abi.EnqueueSharedQueue(queueID, data))
}

// DequeueSharedQueue takes the first element off a queue. An empty queue is
// types.ErrorStatusEmpty, one that is not there types.ErrorStatusNotFound.
func DequeueSharedQueue(queueID uint32) ([]byte, error) {
	data, st := abi.DequeueSharedQueue(queueID)
	return data, statusError(st)
}

func idResult(id uint32, st abi.Status) (uint32, error) {
	if st != abi.StatusOK {
		return 0, statusError(st)
	}
	return id, nil
}
