package wrapper

// SCard implements RedisClient.
func (c *RedisClusterClient[C]) SCard(key string, callback RedisResponseCallback) error {
	return c.sdk.SCard(key, callback)
}

// SAdd implements RedisClient.
func (c *RedisClusterClient[C]) SAdd(key string, value []interface{}, callback RedisResponseCallback) error {
	return c.sdk.SAdd(key, value, callback)
}

// SRem implements RedisClient.
func (c *RedisClusterClient[C]) SRem(key string, values []interface{}, callback RedisResponseCallback) error {
	return c.sdk.SRem(key, values, callback)
}

// SIsMember implements RedisClient.
func (c *RedisClusterClient[C]) SIsMember(key string, value interface{}, callback RedisResponseCallback) error {
	return c.sdk.SIsMember(key, value, callback)
}

// SMembers implements RedisClient.
func (c *RedisClusterClient[C]) SMembers(key string, callback RedisResponseCallback) error {
	return c.sdk.SMembers(key, callback)
}

// SDiff implements RedisClient.
func (c *RedisClusterClient[C]) SDiff(key1, key2 string, callback RedisResponseCallback) error {
	return c.sdk.SDiff(key1, key2, callback)
}

// SDiffStore implements RedisClient.
func (c *RedisClusterClient[C]) SDiffStore(destination, key1, key2 string, callback RedisResponseCallback) error {
	return c.sdk.SDiffStore(destination, key1, key2, callback)
}

// SInter implements RedisClient.
func (c *RedisClusterClient[C]) SInter(key1, key2 string, callback RedisResponseCallback) error {
	return c.sdk.SInter(key1, key2, callback)
}

// SInterStore implements RedisClient.
func (c *RedisClusterClient[C]) SInterStore(destination, key1, key2 string, callback RedisResponseCallback) error {
	return c.sdk.SInterStore(destination, key1, key2, callback)
}

// SUnion implements RedisClient.
func (c *RedisClusterClient[C]) SUnion(key1, key2 string, callback RedisResponseCallback) error {
	return c.sdk.SUnion(key1, key2, callback)
}

// SUnionStore implements RedisClient.
func (c *RedisClusterClient[C]) SUnionStore(destination, key1, key2 string, callback RedisResponseCallback) error {
	return c.sdk.SUnionStore(destination, key1, key2, callback)
}
