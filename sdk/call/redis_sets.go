package call

import "context"

// SCard gives how many members a set has.
func (r *Redis) SCard(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "SCard", func(done callback) error { return r.client.SCard(key, done) })
}

// SAdd adds members to a set and gives how many are new.
func (r *Redis) SAdd(ctx context.Context, key string, value []any) (Value, error) {
	return r.wait(ctx, "SAdd", func(done callback) error { return r.client.SAdd(key, value, done) })
}

// SRem removes members from a set and gives how many were there.
func (r *Redis) SRem(ctx context.Context, key string, values []any) (Value, error) {
	return r.wait(ctx, "SRem", func(done callback) error { return r.client.SRem(key, values, done) })
}

// SIsMember gives 1 where value is a member of a set, else 0.
func (r *Redis) SIsMember(ctx context.Context, key string, value any) (Value, error) {
	return r.wait(ctx, "SIsMember", func(done callback) error { return r.client.SIsMember(key, value, done) })
}

// SMembers gives the members of a set.
func (r *Redis) SMembers(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "SMembers", func(done callback) error { return r.client.SMembers(key, done) })
}

// SDiff gives the members of the first set that the second lacks.
func (r *Redis) SDiff(ctx context.Context, key1, key2 string) (Value, error) {
	return r.wait(ctx, "SDiff", func(done callback) error { return r.client.SDiff(key1, key2, done) })
}

// SDiffStore is SDiff, kept as the set destination; it gives how many there are.
func (r *Redis) SDiffStore(ctx context.Context, destination, key1, key2 string) (Value, error) {
	return r.wait(ctx, "SDiffStore", func(done callback) error { return r.client.SDiffStore(destination, key1, key2, done) })
}

// SInter gives the members that both sets have.
func (r *Redis) SInter(ctx context.Context, key1, key2 string) (Value, error) {
	return r.wait(ctx, "SInter", func(done callback) error { return r.client.SInter(key1, key2, done) })
}

// SInterStore is SInter, kept as the set destination; it gives how many there are.
func (r *Redis) SInterStore(ctx context.Context, destination, key1, key2 string) (Value, error) {
	return r.wait(ctx, "SInterStore", func(done callback) error { return r.client.SInterStore(destination, key1, key2, done) })
}

// SUnion gives the members of either set.
func (r *Redis) SUnion(ctx context.Context, key1, key2 string) (Value, error) {
	return r.wait(ctx, "SUnion", func(done callback) error { return r.client.SUnion(key1, key2, done) })
}

// SUnionStore is SUnion, kept as the set destination; it gives how many there are.
func (r *Redis) SUnionStore(ctx context.Context, destination, key1, key2 string) (Value, error) {
	return r.wait(ctx, "SUnionStore", func(done callback) error { return r.client.SUnionStore(destination, key1, key2, done) })
}
