package plugintest

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// Exchange is one request and its response. Its fields show what has happened
// so far; callouts that are answered later can change them.
//
// Header actions are those of Envoy with allow_on_headers_stop_iteration set.
type Exchange struct {
	// Upstream is the request as upstream sees it.
	Upstream Message
	// Client is the response as the client sees it.
	Client Message
	// Reply is the plugin's own answer, nil where it gave none. Client shows
	// it too, after the plugin's response callbacks.
	Reply *Reply
	// OverrideHost is the upstream host that the plugin picked, "" for none.
	OverrideHost string
	// Reset says that the exchange was broken off.
	Reset bool

	h          *Host
	id, plugin uint32
	protocol   string
	arrived    Headers // request headers for properties and the log
	answered   Headers // likewise of the response
	sides      [2]side
	resume     [2]bool
	newReply   bool
	logging    bool
	ended      bool
	properties map[string][]byte
	received   int  // bytes of the request's body
	counted    bool // all of them
}

const (
	request = iota
	response
)

// Request sends a request, its body in as many parts as are given, and returns
// when the plugin has seen it all or holds it back.
func (h *Host) Request(headers [][2]string, body ...[]byte) *Exchange {
	return h.Send(Input{Headers: headers, Chunks: body})
}

// Send is Request for requests with trailers.
func (h *Host) Send(in Input) *Exchange {
	ex := &Exchange{h: h, id: h.newID(), plugin: h.pluginID, properties: map[string][]byte{}}
	h.exchanges[ex.id] = ex
	ex.sides[request].out = &ex.Upstream
	ex.sides[response].out = &ex.Client
	if ex.protocol = in.Protocol; ex.protocol == "" {
		ex.protocol = "HTTP/1.1"
	}
	h.call(ex.id, func(g abi.Guest) { g.OnContextCreate(ex.id, ex.plugin) })
	ex.arrived = Headers(in.Headers).clone()
	ex.accept(request, in)
	return ex
}

// Respond sends upstream's response, its body in as many parts as are given,
// and returns when the plugin has seen it all or holds it back. It fails the
// test where upstream never got the request, or has answered already.
func (ex *Exchange) Respond(headers [][2]string, body ...[]byte) *Exchange {
	ex.h.tb.Helper()
	return ex.RespondWith(Input{Headers: headers, Chunks: body})
}

// RespondWith is Respond for responses with trailers.
func (ex *Exchange) RespondWith(in Input) *Exchange {
	ex.h.tb.Helper()
	if !ex.Upstream.Sent() || ex.answered != nil || ex.Reset {
		ex.h.tb.Fatalf("plugintest: upstream can't answer: request sent %v, answered before %v, reply %v, reset %v",
			ex.Upstream.Sent(), ex.answered != nil, ex.Reply != nil, ex.Reset)
	}
	ex.answered = Headers(in.Headers).clone()
	ex.accept(response, in)
	return ex
}

// Paused reports whether the plugin holds back the request or the response.
func (ex *Exchange) Paused() bool {
	return !ex.Reset && (ex.sides[request].waits() || ex.sides[response].waits())
}

func (s *side) waits() bool { return s.held || len(s.queue) > 0 }

// Property returns a property that the plugin set, nil where it set none.
func (ex *Exchange) Property(path ...string) []byte { return ex.properties[joinPath(path)] }

// End ends the exchange: the plugin's OnHttpStreamDone runs and its context
// goes. The end of the test does it too. Answers to callouts are dropped then.
func (ex *Exchange) End() {
	if ex.ended {
		return
	}
	ex.ended = true
	ex.h.call(ex.id, func(g abi.Guest) {
		ex.logging = true
		g.OnLog(ex.id)
		ex.logging = false
		g.OnDone(ex.id)
		g.OnDelete(ex.id)
	})
	delete(ex.h.exchanges, ex.id)
	if ex.plugin != ex.h.pluginID {
		ex.h.dropPlugin(ex.plugin)
	}
}

func (ex *Exchange) accept(dir int, in Input) {
	s := &ex.sides[dir]
	s.headers = Headers(in.Headers).clone()
	if in.Trailers != nil {
		s.trailers = Headers(in.Trailers).clone()
	}
	s.queue = in.events()
	ex.run()
	ex.h.answerCalls()
}

// run shows the plugin what has arrived until nothing is left or it waits.
func (ex *Exchange) run() {
	for ex.settle() || ex.step(request) || ex.step(response) {
	}
}

// step shows one event and reports whether there was one to show.
func (ex *Exchange) step(dir int) bool {
	s := &ex.sides[dir]
	if ex.Reset || s.stopped || len(s.queue) == 0 {
		return false
	}
	e := s.queue[0]
	s.queue = s.queue[1:]
	s.showing(e)
	if dir == request && !ex.counted {
		ex.received += len(e.data)
	}
	var action uint32
	ex.h.call(ex.id, func(g abi.Guest) { action = ex.show(g, dir, e) })
	if ex.newReply {
		action = 1 // as Envoy: after a reply, the callback's action is ignored
	}
	s.acted(e, action)
	if dir == request && s.stopped && !ex.counted { // the gateway reads on meanwhile
		ex.counted = true
		for _, waiting := range s.queue {
			ex.received += len(waiting.data)
		}
	}
	return true
}

func (ex *Exchange) show(g abi.Guest, dir int, e event) uint32 {
	s := &ex.sides[dir]
	size := int32(len(s.buffer))
	switch {
	case e.kind == bodyEvent && dir == request:
		return g.OnRequestBody(ex.id, size, e.end)
	case e.kind == bodyEvent:
		return g.OnResponseBody(ex.id, size, e.end)
	case e.kind == trailersEvent && dir == request:
		return g.OnRequestTrailers(ex.id, int32(len(s.trailers)))
	case e.kind == trailersEvent:
		return g.OnResponseTrailers(ex.id, int32(len(s.trailers)))
	case dir == request:
		return g.OnRequestHeaders(ex.id, int32(len(s.headers)), e.end)
	}
	return g.OnResponseHeaders(ex.id, int32(len(s.headers)), e.end)
}

// settle does what the plugin asked for in the callback before, and reports
// whether there was something.
func (ex *Exchange) settle() bool {
	if ex.newReply {
		ex.newReply = false
		ex.resume = [2]bool{}
		ex.sendReply()
		return true
	}
	did := false
	for dir := range ex.resume {
		if ex.resume[dir] {
			ex.resume[dir] = false
			if ex.sides[dir].held {
				ex.sides[dir].pass()
				did = true
			}
		}
	}
	return did
}

// sendReply does as Envoy does: before a response the reply goes through the
// response callbacks, in them straight to the client; once headers have been
// sent, only a reset is left.
func (ex *Exchange) sendReply() {
	ex.sides[request] = side{out: &ex.Upstream}
	headers, body := ex.replyMessage()
	switch {
	case ex.Client.Sent():
		ex.Reset = true
	case ex.answered != nil:
		ex.sides[response] = side{out: &ex.Client}
		ex.Client = Message{Headers: headers, Body: body, Ended: true}
	default:
		ex.answered = headers
		in := Input{Headers: headers}
		if len(body) > 0 {
			in.Chunks = [][]byte{body}
		}
		ex.sides[response] = side{out: &ex.Client, headers: headers, queue: in.events()}
	}
}
