package wrapper

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// redisOption collects what Init is told, in its order.
type redisOption struct{ steps []redisStep }

// redisStep is one option: which, and its value.
type redisStep struct {
	which redisKind
	n     int
	after time.Duration
}

type redisKind int

const (
	dataBase redisKind = iota
	flushAfter
	flushBefore
	unbuffered
)

type optionFunc func(*redisOption)

func (o *redisOption) add(s redisStep) { o.steps = append(o.steps, s) }

// WithDataBase is [wrapper.WithDataBase].
func WithDataBase(db int) optionFunc {
	return func(o *redisOption) { o.add(redisStep{which: dataBase, n: db}) }
}

// WithBufferFlushTimeout is [wrapper.WithBufferFlushTimeout].
func WithBufferFlushTimeout(timeout time.Duration) optionFunc {
	return func(o *redisOption) { o.add(redisStep{which: flushAfter, after: timeout}) }
}

// WithMaxBufferSizeBeforeFlush is [wrapper.WithMaxBufferSizeBeforeFlush].
func WithMaxBufferSizeBeforeFlush(size int) optionFunc {
	return func(o *redisOption) { o.add(redisStep{which: flushBefore, n: size}) }
}

// WithDisableBuffer is [wrapper.WithDisableBuffer].
func WithDisableBuffer() optionFunc {
	return func(o *redisOption) { o.add(redisStep{which: unbuffered}) }
}

// initRedis gives the options to the SDK, whose type for them has no name
// outside of it.
func initRedis(sdk wrapper.RedisClient, username, password string, timeout int64, opts []optionFunc) error {
	var o redisOption
	for _, opt := range opts {
		opt(&o)
	}
	list := listOf(wrapper.WithDisableBuffer())[:0]
	for _, s := range o.steps {
		switch s.which {
		case dataBase:
			list = append(list, wrapper.WithDataBase(s.n))
		case flushAfter:
			list = append(list, wrapper.WithBufferFlushTimeout(s.after))
		case flushBefore:
			list = append(list, wrapper.WithMaxBufferSizeBeforeFlush(s.n))
		case unbuffered:
			list = append(list, wrapper.WithDisableBuffer())
		}
	}
	return sdk.Init(username, password, timeout, list...)
}

func listOf[T any](one T) []T { return []T{one} }
