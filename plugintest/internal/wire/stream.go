package wire

import (
	"errors"
	"io"
	"sync"
	"time"
)

// Fields are header or trailer fields in the order of the wire. Names are in
// lower case where they were received.
type Fields = [][2]string

// Bounds of what is received.
const (
	maxHead = 1 << 20  // of header fields, in bytes
	maxBody = 64 << 20 // of a body, in bytes
)

// Errors of a stream.
var (
	// ErrReset says that the peer broke the stream off.
	ErrReset = errors.New("broken off by the peer")
	// ErrTimeout says that nothing came within the time limit.
	ErrTimeout = errors.New("nothing came in time")
	// ErrMessage says that what came is not HTTP, or is over the bounds.
	ErrMessage = errors.New("not a valid HTTP message")
)

// Head is the beginning of a request or a response.
type Head struct {
	// Method, Path and Authority are a request's.
	Method, Path, Authority string
	// Status is a response's.
	Status int
	// Fields are all but those above.
	Fields Fields
}

// Stream is one exchange, as one side of it sees it. Its reading methods are for
// one goroutine, its writing methods for one, which can be another.
type Stream struct {
	// Protocol is "HTTP/1.1" or "HTTP/2".
	Protocol string
	in       inbox
	out      sender
}

// sender writes what this side says.
type sender interface {
	head(h Head, end bool) error
	data(chunk []byte, end bool) error
	trailers(f Fields) error
	reset()
}

// WriteHead sends the beginning of a message; end says that it is all of it.
func (s *Stream) WriteHead(h Head, end bool) error { return s.out.head(h, end) }

// Write sends a piece of the body, at once.
func (s *Stream) Write(chunk []byte, end bool) error { return s.out.data(chunk, end) }

// WriteTrailers ends the message with trailers.
func (s *Stream) WriteTrailers(f Fields) error { return s.out.trailers(f) }

// Reset breaks the exchange off.
func (s *Stream) Reset() { s.out.reset() }

// Event is a part of a message that has come: one of Head, Data and Trailers is
// set, or only End.
type Event struct {
	Head     *Head
	Data     []byte
	Trailers Fields
	// End says that the message is complete.
	End bool
}

// Next waits for the next part of what the peer says. After the end of the
// message it returns io.EOF. Where nothing comes before the deadline it returns
// ErrTimeout; the zero deadline waits for ever.
func (s *Stream) Next(deadline time.Time) (Event, error) { return s.in.next(deadline) }

// inbox holds parts that have come and were not read yet.
type inbox struct {
	mu     sync.Mutex
	events []Event
	err    error // what comes after the events
	size   int
	wake   chan struct{}
	once   sync.Once
}

func (b *inbox) signal() chan struct{} {
	b.once.Do(func() { b.wake = make(chan struct{}, 1) })
	return b.wake
}

func (b *inbox) push(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return
	}
	if b.size += len(e.Data); b.size > maxBody {
		b.err = ErrMessage
	} else {
		b.events = append(b.events, e)
	}
	if e.End {
		b.err = io.EOF
	}
	b.notify()
}

// fail ends the inbox early; what came before can still be read.
func (b *inbox) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
	b.notify()
}

func (b *inbox) notify() {
	select {
	case b.signal() <- struct{}{}:
	default:
	}
}

func (b *inbox) next(deadline time.Time) (Event, error) {
	var timeout <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		timeout = timer.C
	}
	for {
		b.mu.Lock()
		if len(b.events) > 0 {
			e := b.events[0]
			b.events = b.events[1:]
			b.mu.Unlock()
			return e, nil
		}
		err := b.err
		b.mu.Unlock()
		if err != nil {
			return Event{}, err
		}
		select {
		case <-b.signal():
		case <-timeout:
			return Event{}, ErrTimeout
		}
	}
}

// ended reports whether the whole message has come, or nothing more will.
func (b *inbox) ended() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err != nil
}
