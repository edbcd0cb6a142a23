package wrapper

// HExists implements RedisClient.
func (c *redisCore) HExists(key, field string, callback RedisResponseCallback) error {
	return c.Command(command("hexists", key, field), callback)
}

// HDel implements RedisClient.
func (c *redisCore) HDel(key string, fields []string, callback RedisResponseCallback) error {
	return c.Command(withStrings(command("hdel", key), fields), callback)
}

// HLen implements RedisClient.
func (c *redisCore) HLen(key string, callback RedisResponseCallback) error {
	return c.Command(command("hlen", key), callback)
}

// HGet implements RedisClient.
func (c *redisCore) HGet(key, field string, callback RedisResponseCallback) error {
	return c.Command(command("hget", key, field), callback)
}

// HSet implements RedisClient.
func (c *redisCore) HSet(key, field string, value interface{}, callback RedisResponseCallback) error {
	return c.Command(command("hset", key, field, value), callback)
}

// HMGet implements RedisClient.
func (c *redisCore) HMGet(key string, fields []string, callback RedisResponseCallback) error {
	return c.Command(withStrings(command("hmget", key), fields), callback)
}

// HMSet implements RedisClient.
func (c *redisCore) HMSet(key string, kvMap map[string]interface{}, callback RedisResponseCallback) error {
	return c.Command(withMap(command("hmset", key), kvMap, false), callback)
}

// HKeys implements RedisClient.
func (c *redisCore) HKeys(key string, callback RedisResponseCallback) error {
	return c.Command(command("hkeys", key), callback)
}

// HVals implements RedisClient.
func (c *redisCore) HVals(key string, callback RedisResponseCallback) error {
	return c.Command(command("hvals", key), callback)
}

// HGetAll implements RedisClient.
func (c *redisCore) HGetAll(key string, callback RedisResponseCallback) error {
	return c.Command(command("hgetall", key), callback)
}

// HIncrBy implements RedisClient.
func (c *redisCore) HIncrBy(key, field string, delta int, callback RedisResponseCallback) error {
	return c.Command(command("hincrby", key, field, delta), callback)
}

// HIncrByFloat implements RedisClient.
func (c *redisCore) HIncrByFloat(key, field string, delta float64, callback RedisResponseCallback) error {
	return c.Command(command("hincrbyfloat", key, field, delta), callback)
}
