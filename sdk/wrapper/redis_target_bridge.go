//go:build sluice_redis_bridge

package wrapper

func newRedisTransport() redisTransport { return new(bridgeRedis) }

func preparedRedis(cluster string) redisTransport { return bridgePrepared(cluster) }
