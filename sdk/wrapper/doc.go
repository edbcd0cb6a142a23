// Package wrapper is what most plugins are written with. A plugin registers its
// callbacks once, from main's init function:
//
//	func init() {
//		wrapper.SetCtx("my-plugin",
//			wrapper.ParseConfig(parseConfig),
//			wrapper.ProcessRequestHeaders(onRequestHeaders))
//	}
//
// Names and signatures are those of the field's Go wrapper, so existing plugins
// compile with the import path changed. What differs is listed here.
//
// # Configuration
//
// The configuration is a JSON object. Its keys are the global configuration,
// and each element of its list _rules_ is another one for the requests that the
// rule matches; see package sdk/internal/match's rules: _match_route_,
// _match_domain_, _match_service_, _match_route_prefix_, _match_consumer_; see
// docs/rules.md. The first rule that
// matches wins, then the global configuration, and a request without either
// passes the plugin untouched. Hosts are compared without regard to case, port
// or a trailing dot. An empty configuration is {}.
//
// Any error refuses the configuration as a whole and names the part, such as
// _rules_[2]; see [PluginContext.EnableRuleLevelConfigIsolation] for the
// exception. Text nested deeper than 512 levels is refused before it is parsed.
//
// # Header callbacks: what a returned action does
//
// [types.HeaderStopIteration] and [types.ActionPause] are the same number, and
// mean "show me the body first" and "hold everything until I resume". This is
// what 1 from a header callback does:
//
//	a call that this callback made, with a callback of
//	its own, has not been answered yet                  HeaderStopAllIterationAndWatermark
//	else the plugin has answered the request itself     HeaderStopAllIterationAndWatermark
//	else no body follows (end of stream)                HeaderContinue, and one warning
//	else the plugin reads this body                     HeaderStopIteration
//	else                                                HeaderStopAllIterationAndWatermark
//
// A stream that a callback of either direction holds back, without having
// answered it and with no call of its own under way at whose answer it could be
// resumed, is answered with status 500 at once (detail plugin_never_resumed,
// metric sluice_streams_never_resumed); so is one whose last call was answered
// without the callback resuming it. WithFailOpen lets such streams go on. A
// plugin that resumes streams from a tick or from another stream's callback says
// so before, with [proxywasm.ResumedElsewhere].
//
// So a stream can't hang for a body that never comes, and an ActionPause that
// waits for a call holds body and headers as HeaderStopAllIterationAndWatermark
// does. HeaderStopIteration needs allow_on_headers_stop_iteration in the
// gateway's configuration; stock Envoy without it never shows the body, which
// can't be told from a slow sender. Until a body has come while headers waited
// for it, a stream that waits for longer than 5 s is answered with status 500
// (detail plugin_was_shown_no_body, metric sluice_bodies_never_shown), or goes on
// with WithFailOpen, and a line in the log names the setting.
//
// # Bodies
//
// A body handler sees every body, whatever its content type or encoding: a
// client can't switch an inspection off with a header. A plugin that doesn't
// want binary bodies calls [HttpContext.DontReadRequestBody] itself, for
// example where [HttpContext.IsBinaryRequestBody] says so. Once a response
// says 101 (switching protocols), neither direction is a body any more.
// A body that ends in trailers reaches its handler when the trailers come.
// A body that can't be read, or a chunk that can't be replaced, ends the stream
// with status 500 instead of letting it through; so does a panic. WithFailOpen
// lets such streams pass.
//
// A message whose body a handler is going to see goes on without content-length,
// since the handler may change the body when the headers have left; see
// [KeepContentLength]. Where the header callback returned HeaderStopIteration the
// header stays as long as the body does.
//
// # What is read from the host
//
// Nothing that the plugin doesn't ask for, with one exception: hosts forget the
// request headers after the header phase, so for a plugin with callbacks after
// that one the wrapper reads them once, all in one call, for
// [HttpContext.Path] and the like to work in every phase. A plugin with only
// ProcessRequestHeaders reads each when it asks; it sees what the plugin itself
// has changed before.
package wrapper
