package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// statusError gives a host's status its named error, nil for OK.
func statusError(st abi.Status) error {
	switch st {
	case abi.StatusOK:
		return nil
	case abi.StatusNotFound:
		return types.ErrorStatusNotFound
	case abi.StatusBadArgument:
		return types.ErrorStatusBadArgument
	case abi.StatusEmpty:
		return types.ErrorStatusEmpty
	case abi.StatusCasMismatch:
		return types.ErrorStatusCasMismatch
	case abi.StatusInternalFailure:
		return types.ErrorInternalFailure
	case abi.StatusUnimplemented:
		return types.ErrorUnimplemented
	}
	return rareStatusError(st)
}

func rareStatusError(st abi.Status) error {
	switch st {
	case abi.StatusSerialization:
		return types.ErrorStatusSerializationFailure
	case abi.StatusParseFailure:
		return types.ErrorStatusParseFailure
	case abi.StatusBadExpression:
		return types.ErrorStatusBadExpression
	case abi.StatusInvalidMemoryAccess:
		return types.ErrorStatusInvalidMemoryAccess
	case abi.StatusResultMismatch:
		return types.ErrorStatusResultMismatch
	case abi.StatusBrokenConnection:
		return types.ErrorStatusBrokenConnection
	case abi.StatusMalformed:
		return types.ErrMalformedHostData
	case abi.StatusNoHost:
		return types.ErrNoHost
	}
	return types.ErrorUnknownStatus
}
