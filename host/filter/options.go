package filter

import "context"

// DefaultBufferLimit is how much of a body is kept for a plugin that holds it
// back: Envoy's default of per_connection_buffer_limit_bytes.
const DefaultBufferLimit = 1 << 20

// Options configure a Stream.
type Options struct {
	// Plugins is the chain in the order in which requests pass it.
	Plugins []Plugin
	// Sink takes what leaves the chain. It must not be nil.
	Sink Sink
	// Info answers properties; nil means that none is found.
	Info Info
	// BufferLimit is the most that is kept of each body, in bytes; 0 means
	// DefaultBufferLimit.
	BufferLimit int
	// EndOnStatus2 gives host.HeadersContinueAndEnd the meaning that its name
	// has: what follows the headers is dropped, and the next plugin and the
	// upstream see an exchange without a body. Stock Envoy treats it as
	// HeadersContinue, and so does the zero value.
	EndOnStatus2 bool
	// Context belongs to the exchange: calls that plugins make for it carry its
	// values (host.ContextHolder). nil means none.
	Context context.Context //nolint:containedctx // of the exchange, as long as the stream
	// Warn receives what a plugin did that has no effect or a bad one; nil
	// drops it.
	Warn func(plugin, msg string)
}

func (o *Options) limit() int {
	if o.BufferLimit <= 0 {
		return DefaultBufferLimit
	}
	return o.BufferLimit
}
