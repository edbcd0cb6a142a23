package filter

import "context"

// Methods of filters. ctx ends with the stream; in plugins with [WithCalls] the
// functions of package sdk/call can be called with it and wait, in all of them
// but OnLog.
type (
	// HeadersDecoder sees the request's headers. endStream says that no body
	// and no trailers follow.
	HeadersDecoder interface {
		DecodeHeaders(ctx context.Context, headers *Headers, endStream bool) Action
	}
	// DataDecoder sees the request's body part by part. It is not called for a
	// request without a body. A last part may be empty; where trailers follow,
	// no part is the last.
	DataDecoder interface {
		DecodeData(ctx context.Context, data *Data, endStream bool) Action
	}
	// TrailersDecoder sees the request's trailers, if there are any.
	TrailersDecoder interface {
		DecodeTrailers(ctx context.Context, trailers *Headers) Action
	}
	// RequestDecoder sees the whole request, after DecodeHeaders returned
	// WaitAllData. A request without a body has an empty one; trailers is nil
	// where there are none. The headers have not gone on: they can be changed.
	RequestDecoder interface {
		DecodeRequest(ctx context.Context, headers *Headers, body *Data, trailers *Headers) Action
	}

	// HeadersEncoder is HeadersDecoder for the response, from upstream, from
	// the gateway itself, or from a filter of the bundle.
	HeadersEncoder interface {
		EncodeHeaders(ctx context.Context, headers *Headers, endStream bool) Action
	}
	// DataEncoder is DataDecoder for the response.
	DataEncoder interface {
		EncodeData(ctx context.Context, data *Data, endStream bool) Action
	}
	// TrailersEncoder is TrailersDecoder for the response.
	TrailersEncoder interface {
		EncodeTrailers(ctx context.Context, trailers *Headers) Action
	}
	// ResponseEncoder is RequestDecoder for the response.
	ResponseEncoder interface {
		EncodeResponse(ctx context.Context, headers *Headers, body *Data, trailers *Headers) Action
	}

	// Logger is called last, exactly once for each filter that was made: also
	// where the client has gone, or a filter has answered.
	Logger interface {
		OnLog()
	}
)

// method is one of the methods of a filter.
type method uint8

const (
	onHeaders method = iota
	onData
	onTrailers
	onMessage
)

// methods are those that a plugin's filters have, by direction.
type methods struct {
	has [2][4]bool
	log bool
}

func methodsOf(f any) (m methods) {
	_, m.has[request][onHeaders] = f.(HeadersDecoder)
	_, m.has[request][onData] = f.(DataDecoder)
	_, m.has[request][onTrailers] = f.(TrailersDecoder)
	_, m.has[request][onMessage] = f.(RequestDecoder)
	_, m.has[response][onHeaders] = f.(HeadersEncoder)
	_, m.has[response][onData] = f.(DataEncoder)
	_, m.has[response][onTrailers] = f.(TrailersEncoder)
	_, m.has[response][onMessage] = f.(ResponseEncoder)
	_, m.log = f.(Logger)
	return m
}

// body reports whether there is a method for bodies.
func (m *methods) body(d direction) bool { return m.has[d][onData] || m.has[d][onMessage] }

func (m *methods) join(other methods) {
	for d := range m.has {
		for i := range m.has[d] {
			m.has[d][i] = m.has[d][i] || other.has[d][i]
		}
	}
	m.log = m.log || other.log
}

// direction is an index of what exists for request and response.
type direction int

const (
	request direction = iota
	response
)
