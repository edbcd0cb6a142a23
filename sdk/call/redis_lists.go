package call

import "context"

// LLen gives the length of a list.
func (r *Redis) LLen(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "LLen", func(done callback) error { return r.client.LLen(key, done) })
}

// RPush appends to a list and gives its length.
func (r *Redis) RPush(ctx context.Context, key string, vals []any) (Value, error) {
	return r.wait(ctx, "RPush", func(done callback) error { return r.client.RPush(key, vals, done) })
}

// RPop takes the last element off a list, null where it is empty.
func (r *Redis) RPop(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "RPop", func(done callback) error { return r.client.RPop(key, done) })
}

// LPush puts values before a list and gives its length.
func (r *Redis) LPush(ctx context.Context, key string, vals []any) (Value, error) {
	return r.wait(ctx, "LPush", func(done callback) error { return r.client.LPush(key, vals, done) })
}

// LPop takes the first element off a list, null where it is empty.
func (r *Redis) LPop(ctx context.Context, key string) (Value, error) {
	return r.wait(ctx, "LPop", func(done callback) error { return r.client.LPop(key, done) })
}

// LIndex gives one element of a list.
func (r *Redis) LIndex(ctx context.Context, key string, index int) (Value, error) {
	return r.wait(ctx, "LIndex", func(done callback) error { return r.client.LIndex(key, index, done) })
}

// LRange gives the elements from start to stop, both included; -1 is the last one.
func (r *Redis) LRange(ctx context.Context, key string, start, stop int) (Value, error) {
	return r.wait(ctx, "LRange", func(done callback) error { return r.client.LRange(key, start, stop, done) })
}

// LRem removes count elements that equal value: from the front, from the end for a negative count, all for 0.
func (r *Redis) LRem(ctx context.Context, key string, count int, value any) (Value, error) {
	return r.wait(ctx, "LRem", func(done callback) error { return r.client.LRem(key, count, value, done) })
}

// LInsertBefore inserts before the element pivot and gives the length, -1 where there is no such element.
func (r *Redis) LInsertBefore(ctx context.Context, key string, pivot, value any) (Value, error) {
	return r.wait(ctx, "LInsertBefore", func(done callback) error { return r.client.LInsertBefore(key, pivot, value, done) })
}

// LInsertAfter inserts after the element pivot and gives the length, -1 where there is no such element.
func (r *Redis) LInsertAfter(ctx context.Context, key string, pivot, value any) (Value, error) {
	return r.wait(ctx, "LInsertAfter", func(done callback) error { return r.client.LInsertAfter(key, pivot, value, done) })
}
