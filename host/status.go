package host

import "strconv"

// Status is the result of a host call as the guest sees it (the WasmResult of
// the Proxy-Wasm ABI 0.2.1).
type Status uint32

// The statuses that the ABI knows.
const (
	// StatusOK means done.
	StatusOK Status = 0
	// StatusNotFound means that there is no such value, key, cluster or function.
	StatusNotFound Status = 1
	// StatusBadArgument means an argument out of range, or a thing that does
	// not exist in this phase.
	StatusBadArgument Status = 2
	// StatusSerializationFailure means that a value has no byte form.
	StatusSerializationFailure Status = 3
	// StatusParseFailure means that the bytes are not what they should be.
	StatusParseFailure Status = 4
	// StatusBadExpression means an expression that does not evaluate.
	StatusBadExpression Status = 5
	// StatusInvalidMemoryAccess means a pointer and length outside the
	// guest's memory, or an allocation that the guest refused.
	StatusInvalidMemoryAccess Status = 6
	// StatusEmpty means that a queue has nothing to give.
	StatusEmpty Status = 7
	// StatusCasMismatch means that somebody else wrote first.
	StatusCasMismatch Status = 8
	// StatusResultMismatch means a result of an unexpected kind.
	StatusResultMismatch Status = 9
	// StatusInternalFailure means that the host could not do it.
	StatusInternalFailure Status = 10
	// StatusBrokenConnection means that the connection is gone.
	StatusBrokenConnection Status = 11
	// StatusUnimplemented means that this host does not offer the call.
	StatusUnimplemented Status = 12
)

var statusNames = [...]string{
	"ok", "not found", "bad argument", "serialization failure", "parse failure",
	"bad expression", "invalid memory access", "empty", "cas mismatch",
	"result mismatch", "internal failure", "broken connection", "unimplemented",
}

// String returns the name that the SDKs print for the status.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "status " + strconv.FormatUint(uint64(s), 10)
}

// Error makes a Status an error, for the Go side of the host. StatusOK is not
// an error and must not be returned as one.
func (s Status) Error() string { return "proxy-wasm: " + s.String() }
