package plugintest

// More sends the next part of the body of a request that was opened with
// [Input].Open, and returns when the plugin has seen it or holds it back; end
// says that it is the last. What comes after the plugin's own answer, or after
// the end of the exchange, is dropped, as a gateway drops it.
func (ex *Exchange) More(chunk []byte, end bool) *Exchange {
	return ex.more(request, event{kind: bodyEvent, data: chunk, end: end})
}

// MoreTrailers ends such a request with trailers.
func (ex *Exchange) MoreTrailers(trailers [][2]string) *Exchange {
	ex.sides[request].trailers = Headers(trailers).clone()
	return ex.more(request, event{kind: trailersEvent, end: true})
}

// RespondMore is More for a response that was opened with RespondWith.
func (ex *Exchange) RespondMore(chunk []byte, end bool) *Exchange {
	return ex.more(response, event{kind: bodyEvent, data: chunk, end: end})
}

// RespondTrailers ends such a response with trailers.
func (ex *Exchange) RespondTrailers(trailers [][2]string) *Exchange {
	ex.sides[response].trailers = Headers(trailers).clone()
	return ex.more(response, event{kind: trailersEvent, end: true})
}

func (ex *Exchange) more(dir int, e event) *Exchange {
	s := &ex.sides[dir]
	if ex.ended || ex.Reset || ex.Reply != nil || ex.Client.Ended || s.out.Ended || s.ended {
		return ex
	}
	s.queue = append(s.queue, e)
	ex.run()
	ex.h.answerCalls()
	return ex
}

// Abort breaks the exchange off, as a client that goes away does or an upstream
// that resets the connection behind its headers.
func (ex *Exchange) Abort() {
	ex.Reset = true
	ex.End()
}
