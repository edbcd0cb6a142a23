package wrapper

// ZCard implements RedisClient.
func (c *redisCore[F]) ZCard(key string, callback F) error {
	return c.Command(command("zcard", key), callback)
}

// ZAdd implements RedisClient.
func (c *redisCore[F]) ZAdd(key string, msMap map[string]interface{}, callback F) error {
	return c.Command(withMap(command("zadd", key), msMap, true), callback)
}

// ZCount implements RedisClient.
func (c *redisCore[F]) ZCount(key string, min interface{}, max interface{}, callback F) error {
	return c.Command(command("zcount", key, min, max), callback)
}

// ZIncrBy implements RedisClient.
func (c *redisCore[F]) ZIncrBy(key string, member string, delta interface{}, callback F) error {
	return c.Command(command("zincrby", key, delta, member), callback)
}

// ZScore implements RedisClient.
func (c *redisCore[F]) ZScore(key, member string, callback F) error {
	return c.Command(command("zscore", key, member), callback)
}

// ZRank implements RedisClient.
func (c *redisCore[F]) ZRank(key, member string, callback F) error {
	return c.Command(command("zrank", key, member), callback)
}

// ZRevRank implements RedisClient.
func (c *redisCore[F]) ZRevRank(key, member string, callback F) error {
	return c.Command(command("zrevrank", key, member), callback)
}

// ZRem implements RedisClient.
func (c *redisCore[F]) ZRem(key string, members []string, callback F) error {
	return c.Command(withStrings(command("zrem", key), members), callback)
}

// ZRange implements RedisClient.
func (c *redisCore[F]) ZRange(key string, start, stop int, callback F) error {
	return c.Command(command("zrange", key, start, stop), callback)
}

// ZRevRange implements RedisClient.
func (c *redisCore[F]) ZRevRange(key string, start, stop int, callback F) error {
	return c.Command(command("zrevrange", key, start, stop), callback)
}
