package wrapper

// redisTransport carries commands to Redis. There are two: hostRedis, over Redis
// calls that only some hosts have, and bridgeRedis, over HTTP calls. The build
// chooses, see redis_target_host.go; a client has one of its own.
type redisTransport interface {
	// open prepares calls to a cluster. The timeout is in milliseconds.
	open(cluster string, o redisOption, username, password string, timeout uint32) error
	// send sends one command in RESP. done, unless nil, runs once with the
	// answer, or with why there is none; not where send returned an error.
	send(cluster string, query []byte, done func(answer RedisValue, err error)) error
	// keeps reports whether the host keeps connections, so that one can have
	// lost what it was authenticated with.
	keeps() bool
}
