package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// The functions of this file exist in Higress' gateway and in this project's
// host. A module that calls one of them is refused by stock Envoy, which names
// the missing import.

// RedisInit prepares Redis calls to a cluster. timeout is in milliseconds and
// holds for each call. Call it from OnPluginStart.
func RedisInit(cluster string, username string, password string, timeout uint32) (err error) {
	return statusError(abi.RedisInit(cluster, username, password, timeout))
}

// DispatchRedisCall sends query, one command in RESP, to a cluster that
// RedisInit has prepared, and returns at once. callBack, which may be nil, runs
// with status 0 once the answer is there, or another status where the call
// failed; in it the answer can be read with GetRedisCallResponse, and calls act
// on the context that made the call. It never runs after that context is gone.
// An empty query is types.ErrorStatusBadArgument.
func DispatchRedisCall(cluster string, query []byte, callBack func(status, responseSize int)) (calloutID uint32, err error) {
	if len(query) == 0 {
		return 0, types.ErrorStatusBadArgument
	}
	token, st := abi.RedisCall(cluster, query)
	if st != abi.StatusOK {
		return 0, statusError(st)
	}
	dispatch.Current().AddRedisCall(token, callBack)
	return token, nil
}

// GetRedisCallResponse returns up to maxSize bytes of the answer, in RESP,
// from start on. Available in the callback of DispatchRedisCall.
func GetRedisCallResponse(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferRedisResponse, start, maxSize)
}

// InjectEncodedDataToFilterChain sends response data on to the client, for
// plugins that hold a response back with types.DataStopIterationNoBuffer.
// endStream ends the response.
func InjectEncodedDataToFilterChain(body []byte, endStream bool) error {
	st := abi.InjectEncodedData(body, endStream)
	if st == abi.StatusOK && endStream {
		dispatch.Current().NoteEnd()
	}
	return statusError(st)
}

// GetUpstreamHosts returns the hosts of the route's cluster, each as address
// and metrics (empty where the host has none), or types.ErrorStatusNotFound.
// Available in request callbacks.
func GetUpstreamHosts() ([][2]string, error) {
	hosts, st := abi.GetUpstreamHosts()
	if st != abi.StatusOK {
		return nil, statusError(st)
	}
	if len(hosts) == 0 {
		return nil, types.ErrorStatusNotFound
	}
	return hosts, nil
}

// SetUpstreamOverrideHost makes the request go to address ("ip:port"), one of
// GetUpstreamHosts. Available in request callbacks.
func SetUpstreamOverrideHost(address []byte) error {
	return statusError(abi.SetUpstreamOverrideHost(address))
}
