// Package call is for handlers that read from top to bottom: a call to another
// service returns its result instead of taking a callback. The host goes on
// with other requests meanwhile.
//
//	func onRequestHeaders(ctx context.Context, http wrapper.HttpContext, config Config) types.Action {
//		resp, err := config.auth.Get(ctx, "/check")
//		if err != nil {
//			proxywasm.SendHttpResponse(uint32(call.StatusCode(err)), nil, nil, -1)
//			return types.ActionPause
//		}
//		proxywasm.AddHttpRequestHeader("x-user", resp.Header.Get("x-user"))
//		return types.ActionContinue
//	}
//
// # Where it works
//
// In handlers that were registered with [wrapper.HandleRequestHeaders], its
// twins for bodies and responses, and [wrapper.HandleTick]; and in functions
// that they call. Elsewhere each function returns [ErrNoHandler] and sends
// nothing. Handlers of both styles can be mixed in a plugin.
//
// # While a handler waits
//
// Its stream is held back, headers with
// types.HeaderStopAllIterationAndWatermark, bodies in the host's buffer. Reading
// and changing them works after the wait as before it. Once the handler returns
//
//	types.ActionContinue, DataContinue      the stream goes on
//	anything else, after a reply            the reply is what the client gets
//	anything else, while a call with a
//	callback is outstanding                 that callback resumes the stream
//	HeaderStopIteration, with a body that
//	the plugin reads                        without a wait before: as ever; after
//	                                        one the stream goes on, with a warning
//	anything else                           500, and a line in the log: nothing
//	                                        would ever resume the stream
//
// # The end of a stream
//
// ctx ends with its stream, most often because the client has gone. A handler
// that waits then gets [ErrStreamEnded] from its call and should return; its
// deferred functions run; further calls give the same error at once. A handler
// that goes on asking in a loop is made to panic.
//
// # Time
//
// Every wait has a deadline, an HTTP call's [DefaultTimeout], a command's
// [DefaultRedisTimeout], or a shorter one of ctx. It holds even if the host
// never answers: the plugin's ticks see to that. Contexts that were derived from
// ctx and cancelled are noticed by the next tick, within 100 ms.
//
// # What a handler must not do
//
// Blocking on a channel, a WaitGroup or a Mutex that only another stream can
// release stops the whole VM, as in any callback: there is nobody left to run.
// So does time.Sleep for its duration. Use [Join] and [Sleep]. Calls from
// goroutines that the plugin has started are not possible.
//
// A panic is dealt with as in any callback, before and after a wait:
// the client gets status 500, unless the plugin chose wrapper.WithFailOpen.
// runtime.Goexit counts as a panic.
package call
