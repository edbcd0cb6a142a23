package proxywasm

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestEveryStatusHasItsError(t *testing.T) {
	seen := map[error]abi.Status{}
	all := []abi.Status{abi.StatusMalformed, abi.StatusNoHost}
	for st := abi.StatusOK + 1; st <= abi.StatusUnimplemented; st++ {
		all = append(all, st)
	}
	for _, st := range all {
		err := statusError(st)
		if err == nil || err == types.ErrorUnknownStatus {
			t.Errorf("status %d: error %v", st, err)
		}
		if other, ok := seen[err]; ok {
			t.Errorf("statuses %d and %d are the same error", st, other)
		}
		seen[err] = st
	}
	if statusError(abi.StatusOK) != nil || statusError(4711) != types.ErrorUnknownStatus {
		t.Error("OK or an unknown status is the wrong error")
	}
}
