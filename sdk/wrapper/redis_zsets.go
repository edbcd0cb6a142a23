package wrapper

// ZCard implements RedisClient.
func (c *redisCore) ZCard(key string, callback RedisResponseCallback) error {
	return c.Command(command("zcard", key), callback)
}

// ZAdd implements RedisClient.
func (c *redisCore) ZAdd(key string, msMap map[string]interface{}, callback RedisResponseCallback) error {
	return c.Command(withMap(command("zadd", key), msMap, true), callback)
}

// ZCount implements RedisClient.
func (c *redisCore) ZCount(key string, min interface{}, max interface{}, callback RedisResponseCallback) error {
	return c.Command(command("zcount", key, min, max), callback)
}

// ZIncrBy implements RedisClient.
func (c *redisCore) ZIncrBy(key string, member string, delta interface{}, callback RedisResponseCallback) error {
	return c.Command(command("zincrby", key, delta, member), callback)
}

// ZScore implements RedisClient.
func (c *redisCore) ZScore(key, member string, callback RedisResponseCallback) error {
	return c.Command(command("zscore", key, member), callback)
}

// ZRank implements RedisClient.
func (c *redisCore) ZRank(key, member string, callback RedisResponseCallback) error {
	return c.Command(command("zrank", key, member), callback)
}

// ZRevRank implements RedisClient.
func (c *redisCore) ZRevRank(key, member string, callback RedisResponseCallback) error {
	return c.Command(command("zrevrank", key, member), callback)
}

// ZRem implements RedisClient.
func (c *redisCore) ZRem(key string, members []string, callback RedisResponseCallback) error {
	return c.Command(withStrings(command("zrem", key), members), callback)
}

// ZRange implements RedisClient.
func (c *redisCore) ZRange(key string, start, stop int, callback RedisResponseCallback) error {
	return c.Command(command("zrange", key, start, stop), callback)
}

// ZRevRange implements RedisClient.
func (c *redisCore) ZRevRange(key string, start, stop int, callback RedisResponseCallback) error {
	return c.Command(command("zrevrange", key, start, stop), callback)
}
