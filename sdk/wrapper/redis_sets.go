package wrapper

// SCard implements RedisClient.
func (c *redisCore) SCard(key string, callback RedisResponseCallback) error {
	return c.Command(command("scard", key), callback)
}

// SAdd implements RedisClient.
func (c *redisCore) SAdd(key string, vals []interface{}, callback RedisResponseCallback) error {
	return c.Command(append(command("sadd", key), vals...), callback)
}

// SRem implements RedisClient.
func (c *redisCore) SRem(key string, vals []interface{}, callback RedisResponseCallback) error {
	return c.Command(append(command("srem", key), vals...), callback)
}

// SIsMember implements RedisClient.
func (c *redisCore) SIsMember(key string, value interface{}, callback RedisResponseCallback) error {
	return c.Command(command("sismember", key, value), callback)
}

// SMembers implements RedisClient.
func (c *redisCore) SMembers(key string, callback RedisResponseCallback) error {
	return c.Command(command("smembers", key), callback)
}

// SDiff implements RedisClient.
func (c *redisCore) SDiff(key1, key2 string, callback RedisResponseCallback) error {
	return c.Command(command("sdiff", key1, key2), callback)
}

// SDiffStore implements RedisClient.
func (c *redisCore) SDiffStore(destination, key1, key2 string, callback RedisResponseCallback) error {
	return c.Command(command("sdiffstore", destination, key1, key2), callback)
}

// SInter implements RedisClient.
func (c *redisCore) SInter(key1, key2 string, callback RedisResponseCallback) error {
	return c.Command(command("sinter", key1, key2), callback)
}

// SInterStore implements RedisClient.
func (c *redisCore) SInterStore(destination, key1, key2 string, callback RedisResponseCallback) error {
	return c.Command(command("sinterstore", destination, key1, key2), callback)
}

// SUnion implements RedisClient.
func (c *redisCore) SUnion(key1, key2 string, callback RedisResponseCallback) error {
	return c.Command(command("sunion", key1, key2), callback)
}

// SUnionStore implements RedisClient.
func (c *redisCore) SUnionStore(destination, key1, key2 string, callback RedisResponseCallback) error {
	return c.Command(command("sunionstore", destination, key1, key2), callback)
}
