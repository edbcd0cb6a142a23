package wrapper

import (
	"errors"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// redisTransport carries commands to Redis. There is one, over the host's own
// Redis calls; one for hosts without them goes here.
type redisTransport interface {
	// open prepares calls to a cluster.
	open(cluster string, o redisOption, username, password string, timeout uint32) error
	// send sends a command in RESP. done, unless nil, runs once with the answer
	// in RESP, or with why there is none; not where send returned an error.
	send(cluster string, query []byte, done func(answer []byte, err error)) error
}

// hostRedis is the transport of Higress' host, and of this project's.
type hostRedis struct{}

func (hostRedis) open(cluster string, o redisOption, username, password string, timeout uint32) error {
	return proxywasm.RedisInit(o.address(cluster), username, password, timeout)
}

func (hostRedis) send(cluster string, query []byte, done func([]byte, error)) error {
	if done == nil {
		_, err := proxywasm.DispatchRedisCall(cluster, query, nil)
		return err
	}
	_, err := proxywasm.DispatchRedisCall(cluster, query, func(status, size int) {
		if status != 0 {
			done(nil, errors.New("cannot connect to redis cluster "+cluster+
				", or it didn't answer in time (status "+strconv.Itoa(status)+")"))
			return
		}
		answer, err := proxywasm.GetRedisCallResponse(0, size)
		if err != nil {
			err = errors.New("cannot get redis response: " + err.Error())
		}
		done(answer, err)
	})
	return err
}
