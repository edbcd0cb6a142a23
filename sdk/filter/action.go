package filter

import "errors"

// Action is what a filter's method returns: [Continue], [WaitAllData], a
// [LocalReply] or [Fail]. nil is Continue.
type Action interface{ action() }

type verdict uint8

const (
	// Continue lets what the filter was shown go on, to the next filter.
	Continue verdict = iota
	// WaitAllData is for headers: it keeps them until the whole message is
	// there, which the filter then gets as DecodeRequest or EncodeResponse, or
	// in one DecodeData or EncodeData where it has no such method. The gateway
	// limits how long a message may be, and answers 413 for a request and 500
	// for a response beyond it. It has no meaning elsewhere: it is logged and
	// taken for Continue.
	//
	// A gateway other than sluice's own has to be told that headers may wait
	// for a body, see HeaderStopIteration in package wrapper. One that was not
	// shows none: the message is answered with 500 after 5 s then, and the log
	// says why.
	WaitAllData
)

func (verdict) action() {}

// LocalReply answers the request instead of upstream. Returned while the
// response is encoded it takes the response's place, as far as that has not
// been sent.
type LocalReply struct {
	// Status is the HTTP status, 200 to 599. Default 200.
	Status uint32
	// Headers of the answer; names in lower case.
	Headers [][2]string
	// Body of the answer. It is sent as it is, and typed by Headers; without a
	// content-type the gateway says text/plain.
	Body []byte
	// Details is a word on the reason for the gateway's access log.
	Details string
}

func (*LocalReply) action() {}

// failure is what Fail returns.
type failure struct{ err error }

func (failure) action() {}

// Fail is for a filter that could not do its work: err is logged, and the
// request answered with 500, unless the plugin has WithFailOpen. So it goes
// with a nil err.
func Fail(err error) Action {
	if err == nil {
		err = errNoError
	}
	return failure{err}
}

var errNoError = errors.New("a method returned Fail(nil)")
