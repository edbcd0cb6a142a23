package plugintest

// Message is a request or a response as it leaves the gateway.
type Message struct {
	// Headers are nil until they have been sent.
	Headers Headers
	// Body is what has been sent of the body.
	Body []byte
	// Trailers are nil where there are none.
	Trailers Headers
	// Ended says that the message is complete.
	Ended bool
}

// Sent reports whether the message has begun to leave the gateway.
func (m *Message) Sent() bool { return m.Headers != nil }

// Input is a request or a response as it arrives at the gateway.
type Input struct {
	// Headers, pseudo headers among them.
	Headers [][2]string
	// Chunks are the parts in which the body arrives.
	Chunks [][]byte
	// Trailers, nil for none.
	Trailers [][2]string
	// Protocol is a request's protocol. Default "HTTP/1.1".
	Protocol string
	// Open says that more of the body follows, with [Exchange.More]. It has no
	// effect on an input with trailers.
	Open bool
}

// event is one part of an input.
type event struct {
	kind eventKind
	data []byte
	end  bool
}

type eventKind uint8

const (
	headersEvent eventKind = iota
	bodyEvent
	trailersEvent
)

func (in Input) events() []event {
	events := []event{{kind: headersEvent}}
	for _, chunk := range in.Chunks {
		events = append(events, event{kind: bodyEvent, data: chunk})
	}
	if in.Trailers != nil {
		return append(events, event{kind: trailersEvent, end: true})
	}
	events[len(events)-1].end = !in.Open
	return events
}
