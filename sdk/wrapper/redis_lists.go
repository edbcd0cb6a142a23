package wrapper

// LLen implements RedisClient.
func (c *redisCore) LLen(key string, callback RedisResponseCallback) error {
	return c.Command(command("llen", key), callback)
}

// RPush implements RedisClient.
func (c *redisCore) RPush(key string, vals []interface{}, callback RedisResponseCallback) error {
	return c.Command(append(command("rpush", key), vals...), callback)
}

// RPop implements RedisClient.
func (c *redisCore) RPop(key string, callback RedisResponseCallback) error {
	return c.Command(command("rpop", key), callback)
}

// LPush implements RedisClient.
func (c *redisCore) LPush(key string, vals []interface{}, callback RedisResponseCallback) error {
	return c.Command(append(command("lpush", key), vals...), callback)
}

// LPop implements RedisClient.
func (c *redisCore) LPop(key string, callback RedisResponseCallback) error {
	return c.Command(command("lpop", key), callback)
}

// LIndex implements RedisClient.
func (c *redisCore) LIndex(key string, index int, callback RedisResponseCallback) error {
	return c.Command(command("lindex", key, index), callback)
}

// LRange implements RedisClient.
func (c *redisCore) LRange(key string, start, stop int, callback RedisResponseCallback) error {
	return c.Command(command("lrange", key, start, stop), callback)
}

// LRem implements RedisClient.
func (c *redisCore) LRem(key string, count int, value interface{}, callback RedisResponseCallback) error {
	return c.Command(command("lrem", key, count, value), callback)
}

// LInsertBefore implements RedisClient.
func (c *redisCore) LInsertBefore(key string, pivot, value interface{}, callback RedisResponseCallback) error {
	return c.Command(command("linsert", key, "before", pivot, value), callback)
}

// LInsertAfter implements RedisClient.
func (c *redisCore) LInsertAfter(key string, pivot, value interface{}, callback RedisResponseCallback) error {
	return c.Command(command("linsert", key, "after", pivot, value), callback)
}
