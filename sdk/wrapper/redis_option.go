package wrapper

import (
	"strconv"
	"time"
)

// redisOption is what RedisClient.Init can be told.
type redisOption struct {
	database    int
	flushAfter  int64 // milliseconds
	flushBefore int   // bytes
}

// RedisOption is an option of RedisClient.Init: one of the With functions below.
type RedisOption func(*redisOption)

type optionFunc = RedisOption

// WithDataBase picks the database, 0 by default.
func WithDataBase(dataBase int) RedisOption {
	return func(o *redisOption) { o.database = dataBase }
}

// WithBufferFlushTimeout lets the gateway collect commands so long before it
// sends them together: 3 ms by default, 0 sends at once.
func WithBufferFlushTimeout(timeout time.Duration) RedisOption {
	return func(o *redisOption) { o.flushAfter = timeout.Milliseconds() }
}

// WithMaxBufferSizeBeforeFlush lets the gateway collect so many bytes of commands
// before it sends them: 1024 by default, 0 sends at once.
func WithMaxBufferSizeBeforeFlush(size int) RedisOption {
	return func(o *redisOption) { o.flushBefore = size }
}

// WithDisableBuffer lets the gateway send each command at once.
func WithDisableBuffer() RedisOption {
	return func(o *redisOption) { o.flushAfter, o.flushBefore = 0, 0 }
}

// address is the cluster's name with the options, as Higress' host takes them.
func (o redisOption) address(cluster string) string {
	address := cluster + "?"
	if o.database != 0 {
		address += "db=" + strconv.Itoa(o.database) + "&"
	}
	return address + "buffer_flush_timeout=" + strconv.FormatInt(o.flushAfter, 10) +
		"&max_buffer_size_before_flush=" + strconv.Itoa(o.flushBefore)
}
