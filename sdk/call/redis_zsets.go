package call

import "context"

// ZCard gives how many members a sorted set has.
func (r *Redis) ZCard(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "ZCard", func(done callback) error { return r.client.ZCard(key, done) })
}

// ZAdd sets members and their scores and gives how many are new.
func (r *Redis) ZAdd(ctx context.Context, key string, msMap map[string]any) (Value, error) {
	return r.wait(ctx, "ZAdd", func(done callback) error { return r.client.ZAdd(key, msMap, done) })
}

// ZCount gives how many members have a score from min to max.
func (r *Redis) ZCount(ctx context.Context, key string, min any, max any) (Value, error) {
	return r.wait(ctx, "ZCount", func(done callback) error { return r.client.ZCount(key, min, max, done) })
}

// ZIncrBy adds to the score of a member and gives the sum.
func (r *Redis) ZIncrBy(ctx context.Context, key string, member string, delta any) (Value, error) {
	return r.wait(ctx, "ZIncrBy", func(done callback) error { return r.client.ZIncrBy(key, member, delta, done) })
}

// ZScore gives the score of a member, null where there is none.
func (r *Redis) ZScore(ctx context.Context, key, member string) (Value, error) {
	return r.wait(ctx, "ZScore", func(done callback) error { return r.client.ZScore(key, member, done) })
}

// ZRank gives the place of a member, the lowest score at 0; null where there is none.
func (r *Redis) ZRank(ctx context.Context, key, member string) (Value, error) {
	return r.wait(ctx, "ZRank", func(done callback) error { return r.client.ZRank(key, member, done) })
}

// ZRevRank gives the place of a member, the highest score at 0; null where there is none.
func (r *Redis) ZRevRank(ctx context.Context, key, member string) (Value, error) {
	return r.wait(ctx, "ZRevRank", func(done callback) error { return r.client.ZRevRank(key, member, done) })
}

// ZRem removes members and gives how many were there.
func (r *Redis) ZRem(ctx context.Context, key string, members []string) (Value, error) {
	return r.wait(ctx, "ZRem", func(done callback) error { return r.client.ZRem(key, members, done) })
}

// ZRange gives the members at places start to stop, both included, from the lowest score; -1 is the last one.
func (r *Redis) ZRange(ctx context.Context, key string, start, stop int) (Value, error) {
	return r.wait(ctx, "ZRange", func(done callback) error { return r.client.ZRange(key, start, stop, done) })
}

// ZRevRange is ZRange from the highest score.
func (r *Redis) ZRevRange(ctx context.Context, key string, start, stop int) (Value, error) {
	return r.wait(ctx, "ZRevRange", func(done callback) error { return r.client.ZRevRange(key, start, stop, done) })
}
