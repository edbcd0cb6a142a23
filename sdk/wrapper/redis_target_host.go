//go:build !sluice_redis_bridge

package wrapper

// Without the build tag sluice_redis_bridge, Redis clients use the Redis calls
// of Higress' host. That is what plain "go build" makes, and "sluice build" for
// Higress; "sluice build" sets the tag for gateways on stock Envoy, which refuse
// a module that imports these calls.

func newRedisTransport() redisTransport { return hostRedis{} }

// preparedRedis is the transport of the client that was opened for a cluster.
func preparedRedis(string) redisTransport { return hostRedis{} }
