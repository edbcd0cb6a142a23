package wrapper

// Del implements RedisClient.
func (c *RedisClusterClient[C]) Del(key string, callback RedisResponseCallback) error {
	return c.sdk.Del(key, callback)
}

// Exists implements RedisClient.
func (c *RedisClusterClient[C]) Exists(key string, callback RedisResponseCallback) error {
	return c.sdk.Exists(key, callback)
}

// Expire implements RedisClient.
func (c *RedisClusterClient[C]) Expire(key string, ttl int, callback RedisResponseCallback) error {
	return c.sdk.Expire(key, ttl, callback)
}

// Persist implements RedisClient.
func (c *RedisClusterClient[C]) Persist(key string, callback RedisResponseCallback) error {
	return c.sdk.Persist(key, callback)
}

// Get implements RedisClient.
func (c *RedisClusterClient[C]) Get(key string, callback RedisResponseCallback) error {
	return c.sdk.Get(key, callback)
}

// Set implements RedisClient.
func (c *RedisClusterClient[C]) Set(key string, value interface{}, callback RedisResponseCallback) error {
	return c.sdk.Set(key, value, callback)
}

// SetEx implements RedisClient.
func (c *RedisClusterClient[C]) SetEx(key string, value interface{}, ttl int, callback RedisResponseCallback) error {
	return c.sdk.SetEx(key, value, ttl, callback)
}

// SetNX implements RedisClient.
func (c *RedisClusterClient[C]) SetNX(key string, value interface{}, ttl int, callback RedisResponseCallback) error {
	return c.sdk.SetNX(key, value, ttl, callback)
}

// MGet implements RedisClient.
func (c *RedisClusterClient[C]) MGet(keys []string, callback RedisResponseCallback) error {
	return c.sdk.MGet(keys, callback)
}

// MSet implements RedisClient.
func (c *RedisClusterClient[C]) MSet(kvMap map[string]interface{}, callback RedisResponseCallback) error {
	return c.sdk.MSet(kvMap, callback)
}

// Incr implements RedisClient.
func (c *RedisClusterClient[C]) Incr(key string, callback RedisResponseCallback) error {
	return c.sdk.Incr(key, callback)
}

// Decr implements RedisClient.
func (c *RedisClusterClient[C]) Decr(key string, callback RedisResponseCallback) error {
	return c.sdk.Decr(key, callback)
}

// IncrBy implements RedisClient.
func (c *RedisClusterClient[C]) IncrBy(key string, delta int, callback RedisResponseCallback) error {
	return c.sdk.IncrBy(key, delta, callback)
}

// DecrBy implements RedisClient.
func (c *RedisClusterClient[C]) DecrBy(key string, delta int, callback RedisResponseCallback) error {
	return c.sdk.DecrBy(key, delta, callback)
}
