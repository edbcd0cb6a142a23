package plugintest

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is what a client sends.
type Request struct {
	// Method. Default GET, or POST with a body.
	Method string
	// Path with the query, as it is sent. Default "/".
	Path string
	// Host is the authority. Default "plugin.test".
	Host string
	// Headers are sent in their order.
	Headers Headers
	// Body is sent in one piece, with its length.
	Body string
	// Chunks are pieces of a body without a length, each sent on its own. Gateways
	// may join and split them.
	Chunks []string
	// Trailers end the body. A header trailer announces them, which some gateways
	// want; add it yourself to a request that Stream.End ends.
	Trailers Headers
	// HTTP2 sends the request over HTTP/2. Default HTTP/1.1.
	HTTP2 bool
	// Patience is how long the whole exchange may take; the test fails then.
	// Default 10 s.
	Patience time.Duration
}

// withDefaults sets what is not set.
func (r Request) withDefaults() Request {
	if r.Method == "" {
		r.Method = "GET"
		if r.Body != "" || r.Chunks != nil {
			r.Method = "POST"
		}
	}
	r.Path, r.Host = or(r.Path, "/"), or(r.Host, "plugin.test")
	if r.Patience == 0 {
		r.Patience = 10 * time.Second
	}
	return r
}

// withTrailer is the request with the header that announces its trailers.
func (r Request) withTrailer() Request {
	if _, given := r.Headers.Lookup("trailer"); given || r.Trailers == nil {
		return r
	}
	var names []string
	for _, p := range r.Trailers {
		if !slices.Contains(names, p[0]) {
			names = append(names, p[0])
		}
	}
	r.Headers = append(append(Headers{}, r.Headers...), [2]string{"trailer", strings.Join(names, ", ")})
	return r
}

// withLength is the request with the header that announces its body.
func (r Request) withLength() Request {
	_, given := r.Headers.Lookup("content-length")
	if r.Body != "" && r.Chunks == nil && r.Trailers == nil && !given {
		r.Headers = append(append(Headers{}, r.Headers...), [2]string{"content-length", strconv.Itoa(len(r.Body))})
	}
	return r
}

// pieces are the parts of the body.
func (r Request) pieces() []string {
	if r.Body == "" {
		return r.Chunks
	}
	return append([]string{r.Body}, r.Chunks...)
}

// Received is a request as it reached a backend.
type Received struct {
	Method, Path, Host string
	// Protocol is "HTTP/1.1" or "HTTP/2".
	Protocol string
	// Headers are in the order of the wire, without pseudo headers and host, with
	// names in lower case. wazero's engines and native keep the order of values
	// of one name, Envoy that of all.
	Headers  Headers
	Body     string
	Trailers Headers
	// Ended says that the request is complete.
	Ended bool
	// Broken says that it was broken off.
	Broken bool
}

// Answer is what a backend says to a request.
type Answer struct {
	// Status. Default 200.
	Status int
	// Headers are sent in their order.
	Headers Headers
	// Body is sent in one piece, with its length.
	Body string
	// Chunks are pieces of a body without a length, each sent on its own.
	Chunks []string
	// Trailers end the body, which then has no length.
	Trailers Headers
	// Delay is the time before the answer, Pace that before each chunk.
	Delay, Pace time.Duration
	// Reset breaks the connection off. Default: at no point.
	Reset Reset
}

// Reset is a point at which a backend breaks a connection off.
type Reset uint8

// The points.
const (
	// NoReset is none.
	NoReset Reset = iota
	// BeforeHeaders is before anything was sent.
	BeforeHeaders
	// AfterHeaders is behind the headers.
	AfterHeaders
	// BeforeEnd is behind the body, whose end is not sent.
	BeforeEnd
)

// GRPCRequest returns a call of a gRPC method such as "/pkg.Service/Method" with
// one message or more, in gRPC's framing. The plugin needs Plugin.HTTP2.
func GRPCRequest(path string, messages ...string) Request {
	r := Request{
		Method: "POST", Path: path, HTTP2: true,
		Headers: Headers{{"content-type", "application/grpc"}, {"te", "trailers"}},
	}
	for _, m := range messages {
		r.Chunks = append(r.Chunks, GRPCFrame(m))
	}
	return r
}

// GRPCAnswer returns a gRPC server's answer: messages and a status in trailers.
func GRPCAnswer(status int, messages ...string) Answer {
	a := Answer{
		Headers:  Headers{{"content-type", "application/grpc"}},
		Trailers: Headers{{"grpc-status", strconv.Itoa(status)}},
	}
	for _, m := range messages {
		a.Chunks = append(a.Chunks, GRPCFrame(m))
	}
	return a
}

// GRPCFrame puts an uncompressed message into gRPC's framing.
func GRPCFrame(message string) string {
	b := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	return string(b) + message
}

// GRPCMessages takes uncompressed messages out of a body. The error says where
// the framing is damaged.
func GRPCMessages(body string) (messages []string, err error) {
	for rest := body; rest != ""; {
		if len(rest) < 5 || rest[0] != 0 {
			return messages, fmt.Errorf("no frame of an uncompressed message at byte %d of %d", len(body)-len(rest), len(body))
		}
		size := uint64(binary.BigEndian.Uint32([]byte(rest[1:5])))
		if size > uint64(len(rest)-5) {
			return messages, fmt.Errorf("the message at byte %d has %d bytes, but %d are left", len(body)-len(rest), size, len(rest)-5)
		}
		messages, rest = append(messages, rest[5:5+size]), rest[5+size:]
	}
	return messages, nil
}

// show is headers as a failed test prints them.
func show(h Headers) string {
	var b strings.Builder
	for _, p := range h {
		fmt.Fprintf(&b, "\t%s: %s\n", p[0], p[1])
	}
	return b.String()
}
