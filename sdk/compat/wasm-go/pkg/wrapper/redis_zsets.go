package wrapper

// ZCard implements RedisClient.
func (c *RedisClusterClient[C]) ZCard(key string, callback RedisResponseCallback) error {
	return c.sdk.ZCard(key, callback)
}

// ZAdd implements RedisClient.
func (c *RedisClusterClient[C]) ZAdd(key string, msMap map[string]interface{}, callback RedisResponseCallback) error {
	return c.sdk.ZAdd(key, msMap, callback)
}

// ZCount implements RedisClient.
func (c *RedisClusterClient[C]) ZCount(key string, min interface{}, max interface{}, callback RedisResponseCallback) error {
	return c.sdk.ZCount(key, min, max, callback)
}

// ZIncrBy implements RedisClient.
func (c *RedisClusterClient[C]) ZIncrBy(key string, member string, delta interface{}, callback RedisResponseCallback) error {
	return c.sdk.ZIncrBy(key, member, delta, callback)
}

// ZScore implements RedisClient.
func (c *RedisClusterClient[C]) ZScore(key, member string, callback RedisResponseCallback) error {
	return c.sdk.ZScore(key, member, callback)
}

// ZRank implements RedisClient.
func (c *RedisClusterClient[C]) ZRank(key, member string, callback RedisResponseCallback) error {
	return c.sdk.ZRank(key, member, callback)
}

// ZRevRank implements RedisClient.
func (c *RedisClusterClient[C]) ZRevRank(key, member string, callback RedisResponseCallback) error {
	return c.sdk.ZRevRank(key, member, callback)
}

// ZRem implements RedisClient.
func (c *RedisClusterClient[C]) ZRem(key string, members []string, callback RedisResponseCallback) error {
	return c.sdk.ZRem(key, members, callback)
}

// ZRange implements RedisClient.
func (c *RedisClusterClient[C]) ZRange(key string, start, stop int, callback RedisResponseCallback) error {
	return c.sdk.ZRange(key, start, stop, callback)
}

// ZRevRange implements RedisClient.
func (c *RedisClusterClient[C]) ZRevRange(key string, start, stop int, callback RedisResponseCallback) error {
	return c.sdk.ZRevRange(key, start, stop, callback)
}
