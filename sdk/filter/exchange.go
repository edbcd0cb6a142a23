package filter

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// exchange is one stream: the filters that were made for it, and how far they
// have come with the request and the response.
type exchange struct {
	*wrapper.CommonHttpCtx[chain]
	bundle *bundle
	plugin *pluginContext
	id     uint32

	config   *chain // in force for the filters to be made
	consumer string // that config is for
	slots    []slot // by plugin
	sides    [2]side
	values   map[string]any

	running   int  // the plugin whose method runs
	forgiving bool // it has failed and may be left out
}

// slot is one plugin's place in a stream.
type slot struct {
	Stream
	filter any  // nil until the request has come to it
	out    bool // it has failed, and is left out
}

func newExchange(p *pluginContext, c *wrapper.CommonHttpCtx[chain], id uint32) *exchange {
	x := &exchange{CommonHttpCtx: c, bundle: p.bundle, plugin: p, id: id}
	for d := range x.sides {
		s := &x.sides[d]
		s.x, s.d, s.waiting = x, direction(d), nobody
		s.headers.host = headerAccess(direction(d))
	}
	return x
}

// OnHttpRequestHeaders implements types.HttpContext.
func (x *exchange) OnHttpRequestHeaders(n int, end bool) types.Action {
	if action := x.CommonHttpCtx.OnHttpRequestHeaders(n, end); action != types.HeaderContinue {
		return action // it was refused
	}
	headers := &x.sides[request].headers
	headers.here = true
	header, looks := x.LooksAtConsumer()
	if x.bundle.authenticates {
		_ = headers.Del(header) // its error shows below
	}
	if looks {
		x.consumer = headers.last(header)
	}
	if looks || x.outlasts() {
		headers.load()
	}
	if headers.read {
		x.KeepPseudoHeaders(headers.pairs)
	}
	if headers.err != nil {
		x.sides[request].over = true
		return x.refuse(headers.err)
	}
	var err error
	if looks && x.bundle.authenticates {
		err = x.match()
	} else {
		x.config, err = x.GetMatchConfig()
	}
	if err != nil {
		x.sides[request].over = true
		return x.refuse(err)
	}
	if x.config == nil {
		return types.HeaderContinue
	}
	x.slots = make([]slot, len(x.bundle.plugins))
	return x.sides[request].on(event{method: onHeaders, end: end})
}

// outlasts reports whether methods run after the request headers are gone.
func (x *exchange) outlasts() bool {
	m := &x.bundle.methods
	return m.has[response] != [4]bool{} || m.has[request][onData] || m.has[request][onTrailers]
}

// match takes the configuration for the consumer.
func (x *exchange) match() (err error) {
	x.config, err = x.GetMatchConfigFor(x.consumer)
	return err
}

// rematch follows a filter that has said who sends the request.
func (x *exchange) rematch() error {
	header, looks := x.LooksAtConsumer()
	if !looks {
		return nil
	}
	if consumer := x.sides[request].headers.last(header); consumer != x.consumer {
		x.consumer = consumer
		return x.match()
	}
	return nil
}

// make makes a plugin's filter; nil where it doesn't run.
func (x *exchange) make(i int) any {
	s := &x.slots[i]
	if s.filter != nil || x.config == nil || x.config.configs[i] == nil {
		return s.filter
	}
	s.Stream = Stream{x: x, plugin: i}
	x.running = i
	s.filter = x.bundle.plugins[i].create(x.config.configs[i], &s.Stream)
	return s.filter
}

// OnHttpRequestBody implements types.HttpContext.
func (x *exchange) OnHttpRequestBody(size int, end bool) types.Action {
	_ = x.CommonHttpCtx.OnHttpRequestBody(size, end)
	return x.sides[request].on(event{method: onData, size: size, end: end})
}

// OnHttpRequestTrailers implements types.HttpContext.
func (x *exchange) OnHttpRequestTrailers(n int) types.Action {
	_ = x.CommonHttpCtx.OnHttpRequestTrailers(n)
	return x.sides[request].on(event{method: onTrailers, end: true})
}

// OnHttpResponseHeaders implements types.HttpContext.
func (x *exchange) OnHttpResponseHeaders(n int, end bool) types.Action {
	_ = x.CommonHttpCtx.OnHttpResponseHeaders(n, end)
	return x.sides[response].on(event{method: onHeaders, end: end})
}

// OnHttpResponseBody implements types.HttpContext.
func (x *exchange) OnHttpResponseBody(size int, end bool) types.Action {
	_ = x.CommonHttpCtx.OnHttpResponseBody(size, end)
	return x.sides[response].on(event{method: onData, size: size, end: end})
}

// OnHttpResponseTrailers implements types.HttpContext.
func (x *exchange) OnHttpResponseTrailers(n int) types.Action {
	_ = x.CommonHttpCtx.OnHttpResponseTrailers(n)
	return x.sides[response].on(event{method: onTrailers, end: true})
}

// OnHttpStreamDone implements types.HttpContext.
func (x *exchange) OnHttpStreamDone() {
	x.CommonHttpCtx.OnHttpStreamDone()
	for i := range x.slots {
		if x.slots[i].filter != nil && x.bundle.plugins[i].methods.log {
			x.log(i)
		}
	}
}

// refuse answers the stream with 500.
func (x *exchange) refuse(err error) types.Action {
	log := x.bundle.logs[x.running]
	log.Error("the stream is answered with 500: " + err.Error())
	if err := proxywasm.SendHttpResponseWithDetail(500, "plugin_could_not_inspect", nil, nil, -1); err != nil {
		log.Error("answer with 500: " + err.Error())
	}
	return types.ActionPause
}
