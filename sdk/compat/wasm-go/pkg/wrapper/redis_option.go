package wrapper

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

type optionFunc = wrapper.RedisOption

// WithDataBase is [wrapper.WithDataBase].
func WithDataBase(dataBase int) optionFunc { return wrapper.WithDataBase(dataBase) }

// WithBufferFlushTimeout is [wrapper.WithBufferFlushTimeout].
func WithBufferFlushTimeout(timeout time.Duration) optionFunc {
	return wrapper.WithBufferFlushTimeout(timeout)
}

// WithMaxBufferSizeBeforeFlush is [wrapper.WithMaxBufferSizeBeforeFlush].
func WithMaxBufferSizeBeforeFlush(size int) optionFunc {
	return wrapper.WithMaxBufferSizeBeforeFlush(size)
}

// WithDisableBuffer is [wrapper.WithDisableBuffer].
func WithDisableBuffer() optionFunc { return wrapper.WithDisableBuffer() }
