// Package filter is for plugins that are made of two kinds of objects: a
// configuration, which many requests share, and a filter, which each request
// gets anew. A filter has a method for each phase that it wants to see, and
// several plugins can be bundled in one module, where they share the VM and one
// copy of the headers.
//
//	type config struct {
//		Header string `json:"header"`
//	}
//
//	type hello struct {
//		config *config
//	}
//
//	func (f *hello) DecodeHeaders(_ context.Context, h *filter.Headers, _ bool) filter.Action {
//		if err := h.Add(f.config.Header, "hello"); err != nil {
//			return filter.Fail(err)
//		}
//		return filter.Continue
//	}
//
//	func init() {
//		filter.Register(filter.Plugin("hello", sluiceconfig.Parse[config],
//			func(c *config, _ *filter.Stream) *hello { return &hello{config: c} }))
//	}
//
// # Methods
//
// Each is optional, and a plugin pays nothing for those that it doesn't have:
// [HeadersDecoder], [DataDecoder], [TrailersDecoder] and [RequestDecoder] for
// the request, [HeadersEncoder], [DataEncoder], [TrailersEncoder] and
// [ResponseEncoder] for the response, [Logger] for its end. A method with a
// wrong signature is not one of them; let the compiler say so:
//
//	var _ filter.HeadersDecoder = (*hello)(nil)
//
// # Order
//
// The plugins A, B, C of a bundle see the request as A, B, C, the response as
// C, B, A and the end as A, B, C. A body is shown in parts as it comes; a filter
// that returns [WaitAllData] for headers gets the whole of it, and the filters
// behind it see nothing before that.
//
// A filter is made when the request reaches it. One that answers the request
// itself ends the way there: the filters behind it are never made and see
// nothing of the stream, those before it and itself see the answer as a
// response. It is what happens to plugins that are filters of their own in the
// gateway.
//
// # One thread
//
// A VM is one thread and each of the gateway's workers has its own: neither a
// filter nor a configuration needs a lock. A configuration is one object for
// all requests of a worker; what all workers must agree on belongs into shared
// data (package sdk/call has loops for it) or Redis.
//
// # Failures
//
// A panic in a method answers the request with 500, is logged and counted, and
// no other request notices; with [WithFailOpen] the plugin is left out for the
// rest of the request instead. So it goes with headers or bodies that can't be
// read or written.
package filter
