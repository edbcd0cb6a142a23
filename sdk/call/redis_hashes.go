package call

import "context"

// HExists gives 1 where a hash has the field, else 0.
func (r *Redis) HExists(ctx context.Context, key, field string) (Value, error) {
	return r.wait(ctx, "HExists", func(done callback) error { return r.client.HExists(key, field, done) })
}

// HDel removes fields of a hash and gives how many were there.
func (r *Redis) HDel(ctx context.Context, key string, fields []string) (Value, error) {
	return r.wait(ctx, "HDel", func(done callback) error { return r.client.HDel(key, fields, done) })
}

// HLen gives how many fields a hash has.
func (r *Redis) HLen(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "HLen", func(done callback) error { return r.client.HLen(key, done) })
}

// HGet gives a field of a hash, null where there is none.
func (r *Redis) HGet(ctx context.Context, key, field string) (Value, error) {
	return r.wait(ctx, "HGet", func(done callback) error { return r.client.HGet(key, field, done) })
}

// HSet sets a field of a hash; 1 where it is new.
func (r *Redis) HSet(ctx context.Context, key, field string, value any) (Value, error) {
	return r.wait(ctx, "HSet", func(done callback) error { return r.client.HSet(key, field, value, done) })
}

// HMGet gives fields of a hash, null for those that are not there.
func (r *Redis) HMGet(ctx context.Context, key string, fields []string) (Value, error) {
	return r.wait(ctx, "HMGet", func(done callback) error { return r.client.HMGet(key, fields, done) })
}

// HMSet sets fields of a hash, in the order of their names.
func (r *Redis) HMSet(ctx context.Context, key string, kvMap map[string]any) (Value, error) {
	return r.wait(ctx, "HMSet", func(done callback) error { return r.client.HMSet(key, kvMap, done) })
}

// HKeys gives the names of the fields of a hash.
func (r *Redis) HKeys(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "HKeys", func(done callback) error { return r.client.HKeys(key, done) })
}

// HVals gives the values of the fields of a hash.
func (r *Redis) HVals(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "HVals", func(done callback) error { return r.client.HVals(key, done) })
}

// HGetAll gives names and values of a hash in turn.
func (r *Redis) HGetAll(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "HGetAll", func(done callback) error { return r.client.HGetAll(key, done) })
}

// HIncrBy adds to a field and gives the sum.
func (r *Redis) HIncrBy(ctx context.Context, key, field string, delta int) (Value, error) {
	return r.wait(ctx, "HIncrBy", func(done callback) error { return r.client.HIncrBy(key, field, delta, done) })
}

// HIncrByFloat adds to a field and gives the sum.
func (r *Redis) HIncrByFloat(ctx context.Context, key, field string, delta float64) (Value, error) {
	return r.wait(ctx, "HIncrByFloat", func(done callback) error { return r.client.HIncrByFloat(key, field, delta, done) })
}
