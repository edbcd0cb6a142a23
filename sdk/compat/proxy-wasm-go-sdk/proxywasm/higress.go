package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// RedisInit is [proxywasm.RedisInit].
func RedisInit(cluster string, username string, password string, timeout uint32) (err error) {
	return proxywasm.RedisInit(cluster, username, password, timeout)
}

// DispatchRedisCall is [proxywasm.DispatchRedisCall].
func DispatchRedisCall(cluster string, query []byte, callBack func(status, responseSize int)) (calloutID uint32, err error) {
	return proxywasm.DispatchRedisCall(cluster, query, callBack)
}

// GetRedisCallResponse is [proxywasm.GetRedisCallResponse].
func GetRedisCallResponse(start, maxSize int) ([]byte, error) {
	return proxywasm.GetRedisCallResponse(start, maxSize)
}

// InjectEncodedDataToFilterChain is [proxywasm.InjectEncodedDataToFilterChain].
func InjectEncodedDataToFilterChain(body []byte, endStream bool) error {
	return proxywasm.InjectEncodedDataToFilterChain(body, endStream)
}

// GetUpstreamHosts is [proxywasm.GetUpstreamHosts].
func GetUpstreamHosts() ([][2]string, error) {
	return proxywasm.GetUpstreamHosts()
}

// SetUpstreamOverrideHost is [proxywasm.SetUpstreamOverrideHost].
func SetUpstreamOverrideHost(address []byte) error {
	return proxywasm.SetUpstreamOverrideHost(address)
}
