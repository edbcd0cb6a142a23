package wrapper

// HExists implements RedisClient.
func (c *redisCore[F]) HExists(key, field string, callback F) error {
	return c.Command(command("hexists", key, field), callback)
}

// HDel implements RedisClient.
func (c *redisCore[F]) HDel(key string, fields []string, callback F) error {
	return c.Command(withStrings(command("hdel", key), fields), callback)
}

// HLen implements RedisClient.
func (c *redisCore[F]) HLen(key string, callback F) error {
	return c.Command(command("hlen", key), callback)
}

// HGet implements RedisClient.
func (c *redisCore[F]) HGet(key, field string, callback F) error {
	return c.Command(command("hget", key, field), callback)
}

// HSet implements RedisClient.
func (c *redisCore[F]) HSet(key, field string, value interface{}, callback F) error {
	return c.Command(command("hset", key, field, value), callback)
}

// HMGet implements RedisClient.
func (c *redisCore[F]) HMGet(key string, fields []string, callback F) error {
	return c.Command(withStrings(command("hmget", key), fields), callback)
}

// HMSet implements RedisClient.
func (c *redisCore[F]) HMSet(key string, kvMap map[string]interface{}, callback F) error {
	return c.Command(withMap(command("hmset", key), kvMap, false), callback)
}

// HKeys implements RedisClient.
func (c *redisCore[F]) HKeys(key string, callback F) error {
	return c.Command(command("hkeys", key), callback)
}

// HVals implements RedisClient.
func (c *redisCore[F]) HVals(key string, callback F) error {
	return c.Command(command("hvals", key), callback)
}

// HGetAll implements RedisClient.
func (c *redisCore[F]) HGetAll(key string, callback F) error {
	return c.Command(command("hgetall", key), callback)
}

// HIncrBy implements RedisClient.
func (c *redisCore[F]) HIncrBy(key, field string, delta int, callback F) error {
	return c.Command(command("hincrby", key, field, delta), callback)
}

// HIncrByFloat implements RedisClient.
func (c *redisCore[F]) HIncrByFloat(key, field string, delta float64, callback F) error {
	return c.Command(command("hincrbyfloat", key, field, delta), callback)
}
