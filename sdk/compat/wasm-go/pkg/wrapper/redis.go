package wrapper

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// RedisClusterClient is the RedisClient for a Cluster.
type RedisClusterClient[C Cluster] struct {
	sdk *wrapper.RedisClusterClient[C]
}

var _ RedisClient = (*RedisClusterClient[FQDNCluster])(nil)

// NewRedisClusterClient returns the client for a cluster. Call Init before
// anything else.
func NewRedisClusterClient[C Cluster](cluster C) *RedisClusterClient[C] {
	return &RedisClusterClient[C]{wrapper.NewRedisClusterClient(cluster)}
}

// RedisCall is [wrapper.RedisCall].
func RedisCall(cluster Cluster, respQuery []byte, callback RedisResponseCallback) error {
	return wrapper.RedisCall(cluster, respQuery, callback)
}

// Init implements RedisClient.
func (c *RedisClusterClient[C]) Init(username, password string, timeout int64, opts ...optionFunc) error {
	return c.sdk.Init(username, password, timeout, opts...)
}

// Ready implements RedisClient.
func (c *RedisClusterClient[C]) Ready() bool {
	return c.sdk.Ready()
}

// Command implements RedisClient.
func (c *RedisClusterClient[C]) Command(cmds []interface{}, callback RedisResponseCallback) error {
	return c.sdk.Command(cmds, callback)
}

// Eval implements RedisClient.
func (c *RedisClusterClient[C]) Eval(script string, numkeys int, keys, args []interface{}, callback RedisResponseCallback) error {
	return c.sdk.Eval(script, numkeys, keys, args, callback)
}
