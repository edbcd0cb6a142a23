package filter

// Option is an argument of Plugin.
type Option func(*Definition)

// WithFailOpen leaves the plugin out for the rest of a request where one of its
// methods panics or returns Fail, instead of answering with 500. Header changes
// that it has made until then stay. Never use it for a plugin that refuses
// requests.
func WithFailOpen() Option { return func(d *Definition) { d.failOpen = true } }

// WithCalls lets the plugin's methods wait for package sdk/call's functions,
// while the gateway holds the stream back. In a bundle one such plugin is enough
// for the others to be able to as well. Modules without it don't link what
// waiting needs.
func WithCalls() Option { return func(d *Definition) { d.run = runWaiting } }

// WithOverride makes f parse a rule's configuration on top of the one that
// holds without the rule, as config.Override does. Without it a rule's
// configuration is one of its own and inherits nothing. C must be the plugin's.
func WithOverride[C any](f func(parent C, json []byte) (C, error)) Option {
	return func(d *Definition) {
		d.override = func(parent any, json []byte) (any, error) {
			return boxed(f(*parent.(*C), json))
		}
	}
}

// Authenticates says that the plugin finds out who sends a request, and says so
// with [Stream.SetConsumer]. A bundle that has such a plugin believes no client
// that names its consumer by itself: the header is removed before any filter
// or rule sees it.
func Authenticates() Option { return func(d *Definition) { d.authenticates = true } }

// ReadsBodies says that DecodeData and EncodeData of the plugin change nothing,
// so that content-length can stay. Without it the header is removed from
// messages whose body they see: the headers have long gone on when a part of
// the body changes its length.
func ReadsBodies() Option { return func(d *Definition) { d.readOnly = true } }
