package wrapper

// SCard implements RedisClient.
func (c *redisCore[F]) SCard(key string, callback F) error {
	return c.Command(command("scard", key), callback)
}

// SAdd implements RedisClient.
func (c *redisCore[F]) SAdd(key string, vals []interface{}, callback F) error {
	return c.Command(append(command("sadd", key), vals...), callback)
}

// SRem implements RedisClient.
func (c *redisCore[F]) SRem(key string, vals []interface{}, callback F) error {
	return c.Command(append(command("srem", key), vals...), callback)
}

// SIsMember implements RedisClient.
func (c *redisCore[F]) SIsMember(key string, value interface{}, callback F) error {
	return c.Command(command("sismember", key, value), callback)
}

// SMembers implements RedisClient.
func (c *redisCore[F]) SMembers(key string, callback F) error {
	return c.Command(command("smembers", key), callback)
}

// SDiff implements RedisClient.
func (c *redisCore[F]) SDiff(key1, key2 string, callback F) error {
	return c.Command(command("sdiff", key1, key2), callback)
}

// SDiffStore implements RedisClient.
func (c *redisCore[F]) SDiffStore(destination, key1, key2 string, callback F) error {
	return c.Command(command("sdiffstore", destination, key1, key2), callback)
}

// SInter implements RedisClient.
func (c *redisCore[F]) SInter(key1, key2 string, callback F) error {
	return c.Command(command("sinter", key1, key2), callback)
}

// SInterStore implements RedisClient.
func (c *redisCore[F]) SInterStore(destination, key1, key2 string, callback F) error {
	return c.Command(command("sinterstore", destination, key1, key2), callback)
}

// SUnion implements RedisClient.
func (c *redisCore[F]) SUnion(key1, key2 string, callback F) error {
	return c.Command(command("sunion", key1, key2), callback)
}

// SUnionStore implements RedisClient.
func (c *redisCore[F]) SUnionStore(destination, key1, key2 string, callback F) error {
	return c.Command(command("sunionstore", destination, key1, key2), callback)
}
