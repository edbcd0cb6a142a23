package wrapper

// Del implements RedisClient.
func (c *redisCore) Del(key string, callback RedisResponseCallback) error {
	return c.Command(command("del", key), callback)
}

// Exists implements RedisClient.
func (c *redisCore) Exists(key string, callback RedisResponseCallback) error {
	return c.Command(command("exists", key), callback)
}

// Expire implements RedisClient.
func (c *redisCore) Expire(key string, ttl int, callback RedisResponseCallback) error {
	return c.Command(command("expire", key, ttl), callback)
}

// Persist implements RedisClient.
func (c *redisCore) Persist(key string, callback RedisResponseCallback) error {
	return c.Command(command("persist", key), callback)
}

// Get implements RedisClient.
func (c *redisCore) Get(key string, callback RedisResponseCallback) error {
	return c.Command(command("get", key), callback)
}

// Set implements RedisClient.
func (c *redisCore) Set(key string, value interface{}, callback RedisResponseCallback) error {
	return c.Command(command("set", key, value), callback)
}

// SetEx implements RedisClient.
func (c *redisCore) SetEx(key string, value interface{}, ttl int, callback RedisResponseCallback) error {
	return c.Command(command("set", key, value, "ex", ttl), callback)
}

// MGet implements RedisClient.
func (c *redisCore) MGet(keys []string, callback RedisResponseCallback) error {
	return c.Command(withStrings(command("mget"), keys), callback)
}

// MSet implements RedisClient.
func (c *redisCore) MSet(kvMap map[string]interface{}, callback RedisResponseCallback) error {
	return c.Command(withMap(command("mset"), kvMap, false), callback)
}

// Incr implements RedisClient.
func (c *redisCore) Incr(key string, callback RedisResponseCallback) error {
	return c.Command(command("incr", key), callback)
}

// Decr implements RedisClient.
func (c *redisCore) Decr(key string, callback RedisResponseCallback) error {
	return c.Command(command("decr", key), callback)
}

// IncrBy implements RedisClient.
func (c *redisCore) IncrBy(key string, delta int, callback RedisResponseCallback) error {
	return c.Command(command("incrby", key, delta), callback)
}

// DecrBy implements RedisClient.
func (c *redisCore) DecrBy(key string, delta int, callback RedisResponseCallback) error {
	return c.Command(command("decrby", key, delta), callback)
}

// SetNX implements RedisClient.
func (c *redisCore) SetNX(key string, value interface{}, ttl int, callback RedisResponseCallback) error {
	args := command("set", key, value, "nx")
	if ttl > 0 {
		args = append(args, "ex", ttl)
	}
	return c.Command(args, callback)
}

// Eval implements RedisClient.
func (c *redisCore) Eval(script string, numkeys int, keys, args []interface{}, callback RedisResponseCallback) error {
	return c.Command(append(append(command("eval", script, numkeys), keys...), args...), callback)
}
