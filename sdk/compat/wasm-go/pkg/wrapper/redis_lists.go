package wrapper

// LLen implements RedisClient.
func (c *RedisClusterClient[C]) LLen(key string, callback RedisResponseCallback) error {
	return c.sdk.LLen(key, callback)
}

// RPush implements RedisClient.
func (c *RedisClusterClient[C]) RPush(key string, vals []interface{}, callback RedisResponseCallback) error {
	return c.sdk.RPush(key, vals, callback)
}

// RPop implements RedisClient.
func (c *RedisClusterClient[C]) RPop(key string, callback RedisResponseCallback) error {
	return c.sdk.RPop(key, callback)
}

// LPush implements RedisClient.
func (c *RedisClusterClient[C]) LPush(key string, vals []interface{}, callback RedisResponseCallback) error {
	return c.sdk.LPush(key, vals, callback)
}

// LPop implements RedisClient.
func (c *RedisClusterClient[C]) LPop(key string, callback RedisResponseCallback) error {
	return c.sdk.LPop(key, callback)
}

// LIndex implements RedisClient.
func (c *RedisClusterClient[C]) LIndex(key string, index int, callback RedisResponseCallback) error {
	return c.sdk.LIndex(key, index, callback)
}

// LRange implements RedisClient.
func (c *RedisClusterClient[C]) LRange(key string, start, stop int, callback RedisResponseCallback) error {
	return c.sdk.LRange(key, start, stop, callback)
}

// LRem implements RedisClient.
func (c *RedisClusterClient[C]) LRem(key string, count int, value interface{}, callback RedisResponseCallback) error {
	return c.sdk.LRem(key, count, value, callback)
}

// LInsertBefore implements RedisClient.
func (c *RedisClusterClient[C]) LInsertBefore(key string, pivot, value interface{}, callback RedisResponseCallback) error {
	return c.sdk.LInsertBefore(key, pivot, value, callback)
}

// LInsertAfter implements RedisClient.
func (c *RedisClusterClient[C]) LInsertAfter(key string, pivot, value interface{}, callback RedisResponseCallback) error {
	return c.sdk.LInsertAfter(key, pivot, value, callback)
}
