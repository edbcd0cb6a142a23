package wrapper

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// RedisResponseCallback is given the answer to a Redis command, see
// [github.com/sluiceproxy/sluice/sdk/wrapper.RedisResponseCallback]. The answer
// is a resp.Value of github.com/tidwall/resp.
type RedisResponseCallback func(response value)

// RedisClient is [wrapper.RedisClient] with a RedisResponseCallback of one type.
type RedisClient = wrapper.RedisClientOf[RedisResponseCallback]

// RedisClusterClient is the RedisClient for a Cluster.
type RedisClusterClient[C Cluster] = wrapper.RedisClusterClientOf[C, RedisResponseCallback]

// NewRedisClusterClient returns the client for a cluster. Call Init before
// anything else.
func NewRedisClusterClient[C Cluster](cluster C) *RedisClusterClient[C] {
	return wrapper.NewRedisClusterClientOf[RedisResponseCallback](cluster)
}

// RedisCall is [wrapper.RedisCall].
func RedisCall(cluster Cluster, respQuery []byte, callback RedisResponseCallback) error {
	return wrapper.RedisCall(cluster, respQuery, callback)
}
