package wrapper

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// hostRedis is the transport of Higress' host, and of this project's.
type hostRedis struct{}

func (hostRedis) open(cluster string, o redisOption, username, password string, timeout uint32) error {
	return proxywasm.RedisInit(o.address(cluster), username, password, timeout)
}

func (hostRedis) send(cluster string, query []byte, done func(RedisValue, error)) error {
	if done == nil {
		_, err := proxywasm.DispatchRedisCall(cluster, query, nil)
		return err
	}
	_, err := proxywasm.DispatchRedisCall(cluster, query, func(status, size int) {
		if status != 0 {
			done(RedisValue{}, &RedisFailure{Cluster: cluster, Reason: ErrRedisUnavailable, Sent: true, Detail: "status " + strconv.Itoa(status)})
			return
		}
		answer, err := proxywasm.GetRedisCallResponse(0, size)
		if err != nil {
			done(RedisValue{}, &RedisFailure{Cluster: cluster, Reason: ErrRedisProtocol, Sent: true, Detail: "the host gives no answer: " + err.Error()})
			return
		}
		v, err := parseRESP(answer)
		if err != nil {
			done(RedisValue{}, &RedisFailure{Cluster: cluster, Reason: ErrRedisProtocol, Sent: true, Detail: err.Error()})
			return
		}
		done(v, nil)
	})
	return err
}

func (hostRedis) keeps() bool { return true }
