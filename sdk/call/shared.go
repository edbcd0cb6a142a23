package call

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// maxUpdates bounds the tries of Update.
const maxUpdates = 64

// createCas is the number to set a key with that is not there. Hosts refuse it
// where another worker has made the key meanwhile: they count up from 1, and
// would set it in any case with 0.
const createCas = 1<<32 - 1

// Update changes the shared data of a key so that no change of another worker
// is lost: f gets the value, nil where there is none, and returns the new one.
// Where another worker was faster, f runs again with that worker's value, so it
// must do nothing else; after 64 tries the error is ErrContended. An error of f
// is returned as it is, and nothing changed. It waits for nothing, and can be
// called in every callback.
func Update(key string, f func(old []byte) ([]byte, error)) error {
	for range maxUpdates {
		old, cas, err := proxywasm.GetSharedData(key)
		if errors.Is(err, types.ErrorStatusNotFound) {
			old, cas, err = nil, createCas, nil
		}
		if err != nil {
			return &Error{Op: "read shared data " + key, Err: err}
		}
		value, err := f(old)
		if err != nil {
			return err
		}
		err = proxywasm.SetSharedData(key, value, cas)
		if err == nil {
			return nil
		}
		if !errors.Is(err, types.ErrorStatusCasMismatch) {
			return &Error{Op: "write shared data " + key, Err: err}
		}
	}
	return &Error{Op: "update shared data " + key, Err: ErrContended}
}
