package wrapper

// Del implements RedisClient.
func (c *redisCore[F]) Del(key string, callback F) error {
	return c.Command(command("del", key), callback)
}

// Exists implements RedisClient.
func (c *redisCore[F]) Exists(key string, callback F) error {
	return c.Command(command("exists", key), callback)
}

// Expire implements RedisClient.
func (c *redisCore[F]) Expire(key string, ttl int, callback F) error {
	return c.Command(command("expire", key, ttl), callback)
}

// Persist implements RedisClient.
func (c *redisCore[F]) Persist(key string, callback F) error {
	return c.Command(command("persist", key), callback)
}

// Get implements RedisClient.
func (c *redisCore[F]) Get(key string, callback F) error {
	return c.Command(command("get", key), callback)
}

// Set implements RedisClient.
func (c *redisCore[F]) Set(key string, value interface{}, callback F) error {
	return c.Command(command("set", key, value), callback)
}

// SetEx implements RedisClient.
func (c *redisCore[F]) SetEx(key string, value interface{}, ttl int, callback F) error {
	return c.Command(command("set", key, value, "ex", ttl), callback)
}

// MGet implements RedisClient.
func (c *redisCore[F]) MGet(keys []string, callback F) error {
	return c.Command(withStrings(command("mget"), keys), callback)
}

// MSet implements RedisClient.
func (c *redisCore[F]) MSet(kvMap map[string]interface{}, callback F) error {
	return c.Command(withMap(command("mset"), kvMap, false), callback)
}

// Incr implements RedisClient.
func (c *redisCore[F]) Incr(key string, callback F) error {
	return c.Command(command("incr", key), callback)
}

// Decr implements RedisClient.
func (c *redisCore[F]) Decr(key string, callback F) error {
	return c.Command(command("decr", key), callback)
}

// IncrBy implements RedisClient.
func (c *redisCore[F]) IncrBy(key string, delta int, callback F) error {
	return c.Command(command("incrby", key, delta), callback)
}

// DecrBy implements RedisClient.
func (c *redisCore[F]) DecrBy(key string, delta int, callback F) error {
	return c.Command(command("decrby", key, delta), callback)
}

// SetNX implements RedisClient.
func (c *redisCore[F]) SetNX(key string, value interface{}, ttl int, callback F) error {
	args := command("set", key, value, "nx")
	if ttl > 0 {
		args = append(args, "ex", ttl)
	}
	return c.Command(args, callback)
}

// Eval implements RedisClient.
func (c *redisCore[F]) Eval(script string, numkeys int, keys, args []interface{}, callback F) error {
	return c.Command(append(append(command("eval", script, numkeys), keys...), args...), callback)
}
