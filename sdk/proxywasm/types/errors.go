package types

import "errors"

// Errors for the statuses of the Proxy-Wasm ABI, one each. Compare with
// errors.Is. The first six names and messages are those of the field's Go
// SDKs.
var (
	// ErrorStatusNotFound (1): no such header, property, key, queue or function.
	ErrorStatusNotFound = errors.New("error status returned by host: not found")
	// ErrorStatusBadArgument (2): an argument is wrong, or the call is not
	// possible in this phase (Envoy: request headers in the response phase).
	ErrorStatusBadArgument = errors.New("error status returned by host: bad argument")
	// ErrorStatusSerializationFailure (3): a value can't be put in the ABI's form.
	ErrorStatusSerializationFailure = errors.New("error status returned by host: serialization failure")
	// ErrorStatusParseFailure (4): the host couldn't read what it was given.
	ErrorStatusParseFailure = errors.New("error status returned by host: parse failure")
	// ErrorStatusBadExpression (5): a property expression is malformed.
	ErrorStatusBadExpression = errors.New("error status returned by host: bad expression")
	// ErrorStatusInvalidMemoryAccess (6): a pointer was outside the VM's memory.
	ErrorStatusInvalidMemoryAccess = errors.New("error status returned by host: invalid memory access")
	// ErrorStatusEmpty (7): the queue holds nothing.
	ErrorStatusEmpty = errors.New("error status returned by host: empty")
	// ErrorStatusCasMismatch (8): the shared data was changed by another VM
	// since it was read; read it again and retry.
	ErrorStatusCasMismatch = errors.New("error status returned by host: cas mismatch")
	// ErrorStatusResultMismatch (9): the result is not of the expected kind.
	ErrorStatusResultMismatch = errors.New("error status returned by host: result mismatch")
	// ErrorInternalFailure (10): the host failed, see its own log.
	ErrorInternalFailure = errors.New("error status returned by host: internal failure")
	// ErrorStatusBrokenConnection (11): the connection is gone.
	ErrorStatusBrokenConnection = errors.New("error status returned by host: broken connection")
	// ErrorUnimplemented (12): this host doesn't have the function.
	ErrorUnimplemented = errors.New("error status returned by host: unimplemented")
	// ErrorUnknownStatus: a status that the ABI doesn't list.
	ErrorUnknownStatus = errors.New("error status returned by host: unknown status")
)

// Errors that the SDK itself returns before the host sees the call. Hosts
// accept some of these silently and do harm with them: Envoy writes CR and LF
// of a response header to the client as they are, drops all headers where
// more than 1024 are set, and sends a body after 204.
var (
	// ErrInvalidHeader: a header name or value has CR, LF or NUL in it, or the
	// name is empty.
	ErrInvalidHeader = errors.New("invalid header: the name is empty, or name or value contain CR, LF or NUL")
	// ErrTooManyHeaders: more than 1024 headers, or more than 1 MiB of them.
	ErrTooManyHeaders = errors.New("too many headers: at most 1024 pairs and 1 MiB are allowed")
	// ErrInvalidStatus: the status of a reply is outside 200–599.
	ErrInvalidStatus = errors.New("invalid response status: allowed are 200 to 599")
	// ErrUnexpectedBody: statuses 204 and 304 can't carry a body.
	ErrUnexpectedBody = errors.New("a response with status 204 or 304 can't have a body")
	// ErrInvalidPath: a property path is empty, or has NUL in one of its parts.
	ErrInvalidPath = errors.New("invalid property path: it is empty, or a part contains NUL")
	// ErrInvalidMetric: the name or the labels of a metric are none.
	ErrInvalidMetric = errors.New("invalid metric: name and labels are letters, digits and _, and a metric has 1 to 8 different labels")
	// ErrMalformedHostData: the host handed over memory or a list that can't be
	// read within its own length.
	ErrMalformedHostData = errors.New("malformed data from host")
	// ErrNoHost: natively compiled code called the host outside of a test
	// started with plugintest.
	ErrNoHost = errors.New("no Proxy-Wasm host: this is a native build, start one with plugintest.New")
)
