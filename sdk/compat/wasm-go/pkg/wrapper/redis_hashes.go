package wrapper

// HExists implements RedisClient.
func (c *RedisClusterClient[C]) HExists(key, field string, callback RedisResponseCallback) error {
	return c.sdk.HExists(key, field, callback)
}

// HDel implements RedisClient.
func (c *RedisClusterClient[C]) HDel(key string, fields []string, callback RedisResponseCallback) error {
	return c.sdk.HDel(key, fields, callback)
}

// HLen implements RedisClient.
func (c *RedisClusterClient[C]) HLen(key string, callback RedisResponseCallback) error {
	return c.sdk.HLen(key, callback)
}

// HGet implements RedisClient.
func (c *RedisClusterClient[C]) HGet(key, field string, callback RedisResponseCallback) error {
	return c.sdk.HGet(key, field, callback)
}

// HSet implements RedisClient.
func (c *RedisClusterClient[C]) HSet(key, field string, value interface{}, callback RedisResponseCallback) error {
	return c.sdk.HSet(key, field, value, callback)
}

// HMGet implements RedisClient.
func (c *RedisClusterClient[C]) HMGet(key string, fields []string, callback RedisResponseCallback) error {
	return c.sdk.HMGet(key, fields, callback)
}

// HMSet implements RedisClient.
func (c *RedisClusterClient[C]) HMSet(key string, kvMap map[string]interface{}, callback RedisResponseCallback) error {
	return c.sdk.HMSet(key, kvMap, callback)
}

// HKeys implements RedisClient.
func (c *RedisClusterClient[C]) HKeys(key string, callback RedisResponseCallback) error {
	return c.sdk.HKeys(key, callback)
}

// HVals implements RedisClient.
func (c *RedisClusterClient[C]) HVals(key string, callback RedisResponseCallback) error {
	return c.sdk.HVals(key, callback)
}

// HGetAll implements RedisClient.
func (c *RedisClusterClient[C]) HGetAll(key string, callback RedisResponseCallback) error {
	return c.sdk.HGetAll(key, callback)
}

// HIncrBy implements RedisClient.
func (c *RedisClusterClient[C]) HIncrBy(key, field string, delta int, callback RedisResponseCallback) error {
	return c.sdk.HIncrBy(key, field, delta, callback)
}

// HIncrByFloat implements RedisClient.
func (c *RedisClusterClient[C]) HIncrByFloat(key, field string, delta float64, callback RedisResponseCallback) error {
	return c.sdk.HIncrByFloat(key, field, delta, callback)
}
