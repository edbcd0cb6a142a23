package wrapper

// LLen implements RedisClient.
func (c *redisCore[F]) LLen(key string, callback F) error {
	return c.Command(command("llen", key), callback)
}

// RPush implements RedisClient.
func (c *redisCore[F]) RPush(key string, vals []interface{}, callback F) error {
	return c.Command(append(command("rpush", key), vals...), callback)
}

// RPop implements RedisClient.
func (c *redisCore[F]) RPop(key string, callback F) error {
	return c.Command(command("rpop", key), callback)
}

// LPush implements RedisClient.
func (c *redisCore[F]) LPush(key string, vals []interface{}, callback F) error {
	return c.Command(append(command("lpush", key), vals...), callback)
}

// LPop implements RedisClient.
func (c *redisCore[F]) LPop(key string, callback F) error {
	return c.Command(command("lpop", key), callback)
}

// LIndex implements RedisClient.
func (c *redisCore[F]) LIndex(key string, index int, callback F) error {
	return c.Command(command("lindex", key, index), callback)
}

// LRange implements RedisClient.
func (c *redisCore[F]) LRange(key string, start, stop int, callback F) error {
	return c.Command(command("lrange", key, start, stop), callback)
}

// LRem implements RedisClient.
func (c *redisCore[F]) LRem(key string, count int, value interface{}, callback F) error {
	return c.Command(command("lrem", key, count, value), callback)
}

// LInsertBefore implements RedisClient.
func (c *redisCore[F]) LInsertBefore(key string, pivot, value interface{}, callback F) error {
	return c.Command(command("linsert", key, "before", pivot, value), callback)
}

// LInsertAfter implements RedisClient.
func (c *redisCore[F]) LInsertAfter(key string, pivot, value interface{}, callback F) error {
	return c.Command(command("linsert", key, "after", pivot, value), callback)
}
