package host

import (
	"context"
	"errors"
	"time"
)

// Errors that a Caller returns at once; the host turns them into the status
// that Envoy gives.
var (
	// ErrUnknownCluster: no cluster has that name (StatusBadArgument for
	// HTTP calls).
	ErrUnknownCluster = errors.New("unknown cluster")
	// ErrBadRequest: the request lacks :method, :path or :authority, or has
	// a field that HTTP does not allow.
	ErrBadRequest = errors.New("bad request")
	// ErrUnsupported: the Caller can't do that.
	ErrUnsupported = errors.New("not supported")
)

// Caller performs HTTP and Redis calls to named clusters for the guest.
// upstream.Clusters is one. It must be safe for concurrent use.
type Caller interface {
	// HTTPCall starts a call. An error means that nothing was started and done
	// will not be called; otherwise done is called exactly once, on any
	// goroutine, also when ctx ends first.
	HTTPCall(ctx context.Context, cluster string, req HTTPCallRequest, done func(HTTPCallResponse)) error
	// Redis returns a connection to a cluster that speaks RESP, without waiting
	// for the network.
	Redis(cluster string, o RedisOptions) (RedisConn, error)
}

// HTTPCallRequest is one HTTP callout.
type HTTPCallRequest struct {
	// Headers hold :method, :path and :authority and the fields to send.
	Headers [][2]string
	// Body is the whole body; it belongs to the receiver.
	Body []byte
	// Trailers are sent behind the body.
	Trailers [][2]string
	// Timeout limits the whole exchange; 0 means no limit but the Caller's own.
	Timeout time.Duration
}

// HTTPCallResponse is the answer to an HTTP callout. With Err set there was no
// answer, and the guest's callback sees 0 headers and 0 bytes.
type HTTPCallResponse struct {
	// Headers hold :status and the fields received.
	Headers *HeaderMap
	// Body is the whole body.
	Body []byte
	// Trailers are nil if there were none.
	Trailers *HeaderMap
	// Err says why there is no answer; it is written to the plugin's log.
	Err error
}

// RedisOptions say how to log in; they are part of a connection's identity.
type RedisOptions struct {
	// User and Password for AUTH; both empty means no AUTH.
	User, Password string
	// DB is selected on connect if it is not 0.
	DB int
	// Timeout limits connecting and each command; 0 means the Caller's default.
	Timeout time.Duration
}

// RedisConn sends commands to one Redis server. It must be safe for concurrent
// use.
type RedisConn interface {
	// Do sends one command in RESP form. An error means that nothing was sent
	// and done will not be called; otherwise done is called exactly once, on
	// any goroutine. query belongs to the receiver.
	Do(ctx context.Context, query []byte, done func(RedisResponse)) error
}

// RedisResponse is the answer to one command: Body is the RESP value as it came
// over the wire (an error reply "-ERR …" too). With Err set there was no answer.
type RedisResponse struct {
	Body []byte
	Err  error
}
