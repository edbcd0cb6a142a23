package call

import "context"

// Del removes a key; 1 where it was there.
func (r *Redis) Del(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "Del", func(done callback) error { return r.client.Del(key, done) })
}

// Exists gives 1 where a key is there, else 0.
func (r *Redis) Exists(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "Exists", func(done callback) error { return r.client.Exists(key, done) })
}

// Expire sets the time to live of a key, in seconds; 1 where it is there.
func (r *Redis) Expire(ctx context.Context, key string, ttl int) (Value, error) {
	return r.wait(ctx, "Expire", func(done callback) error { return r.client.Expire(key, ttl, done) })
}

// Persist takes the time to live from a key.
func (r *Redis) Persist(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "Persist", func(done callback) error { return r.client.Persist(key, done) })
}

// Get gives the value of a key, null where there is none.
func (r *Redis) Get(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "Get", func(done callback) error { return r.client.Get(key, done) })
}

// Set sets a key.
func (r *Redis) Set(ctx context.Context, key string, value any) (Value, error) {
	return r.wait(ctx, "Set", func(done callback) error { return r.client.Set(key, value, done) })
}

// SetEx sets a key with a time to live in seconds.
func (r *Redis) SetEx(ctx context.Context, key string, value any, ttl int) (Value, error) {
	return r.wait(ctx, "SetEx", func(done callback) error { return r.client.SetEx(key, value, ttl, done) })
}

// SetNX sets a key that is not there, with a time to live in seconds, none for 0; null where it is there.
func (r *Redis) SetNX(ctx context.Context, key string, value any, ttl int) (Value, error) {
	return r.wait(ctx, "SetNX", func(done callback) error { return r.client.SetNX(key, value, ttl, done) })
}

// MGet gives the values of keys, null for those that are not there.
func (r *Redis) MGet(ctx context.Context, keys []string) (Value, error) {
	return r.wait(ctx, "MGet", func(done callback) error { return r.client.MGet(keys, done) })
}

// MSet sets keys, in the order of their names.
func (r *Redis) MSet(ctx context.Context, kvMap map[string]any) (Value, error) {
	return r.wait(ctx, "MSet", func(done callback) error { return r.client.MSet(kvMap, done) })
}

// Incr adds 1 to a number and gives the sum.
func (r *Redis) Incr(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "Incr", func(done callback) error { return r.client.Incr(key, done) })
}

// Decr takes 1 from a number and gives the difference.
func (r *Redis) Decr(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "Decr", func(done callback) error { return r.client.Decr(key, done) })
}

// IncrBy adds to a number and gives the sum.
func (r *Redis) IncrBy(ctx context.Context, key string, delta int) (Value, error) {
	return r.wait(ctx, "IncrBy", func(done callback) error { return r.client.IncrBy(key, delta, done) })
}

// DecrBy takes from a number and gives the difference.
func (r *Redis) DecrBy(ctx context.Context, key string, delta int) (Value, error) {
	return r.wait(ctx, "DecrBy", func(done callback) error { return r.client.DecrBy(key, delta, done) })
}
