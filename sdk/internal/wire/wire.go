// Package wire is how a gateway talks to a plugin that runs as a process of its
// own: frames with a length, each of which holds one message.
//
// It lies twice in the repository, in sdk/internal and in host/internal, since
// neither may import the other; a test holds the two copies together.
//
// The conversation is a sequence of calls. The process says Hello and, when its
// init functions have run, Ready. Then the gateway sends Call, the process sends
// any number of HostCall, each of which the gateway answers with Reply, and at
// last Return. Either side ends by closing the connection.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Version is the name in a Hello.
const Version = "sluice-guest/1"

// Limits of a message.
const (
	// MaxFrame is the most that a message may take, in bytes.
	MaxFrame = 64 << 20
	// MaxName is the longest name, MaxValues the largest number of values.
	MaxName   = 255
	MaxValues = 32
)

// Errors of Decode, Read and Write.
var (
	// ErrFrame is a message that is longer or larger than the limits.
	ErrFrame = errors.New("a message over the limits")
	// ErrMessage is a frame that holds no message.
	ErrMessage = errors.New("a damaged message")
)

// Kind says what a message is.
type Kind byte

// The kinds of messages, each with what Name and Values are.
const (
	Hello    Kind = iota + 1 // Version
	Ready                    // nothing
	Call                     // a callback, and its arguments: numbers
	Return                   // nothing, and the callback's result: one number
	HostCall                 // a host function, and its parameters
	Reply                    // nothing, and the status and each result
	kindEnd
)

// Type says what a Value is.
type Type byte

// The types of values. Those behind Bytes are results that a HostCall asks for;
// its Reply has a Number or Bytes for each.
const (
	Number    Type = iota + 1
	Bytes          // an address and a length, in the ABI's functions
	GetBytes       // where address and length of bytes are to be stored
	GetUint32      // where a number of 32 bits is to be stored
	GetUint64      // where a number of 64 bits is to be stored
	typeEnd
)

// Value is one argument or result.
type Value struct {
	Type   Type
	Number uint64
	Bytes  []byte
}

// Message is what one side says.
type Message struct {
	Kind   Kind
	Name   string
	Values []Value
}

// Append appends the frame of m, which must keep to the limits.
func Append(dst []byte, m Message) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, byte(m.Kind), byte(len(m.Name)))
	dst = append(dst, m.Name...)
	for _, v := range m.Values {
		dst = append(dst, byte(v.Type))
		switch v.Type {
		case Number:
			dst = binary.LittleEndian.AppendUint64(dst, v.Number)
		case Bytes:
			dst = binary.LittleEndian.AppendUint32(dst, uint32(len(v.Bytes)))
			dst = append(dst, v.Bytes...)
		}
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// size is what the frame of m takes behind its length.
func size(m Message) int {
	n := 2 + len(m.Name)
	for _, v := range m.Values {
		n += 9 + len(v.Bytes)
	}
	return n
}

// Write sends m, in one piece. The buffer is used and returned.
func Write(w io.Writer, buffer []byte, m Message) ([]byte, error) {
	if len(m.Name) > MaxName || len(m.Values) > MaxValues || size(m) > MaxFrame {
		return buffer, fmt.Errorf("%w: %d bytes, at most %d", ErrFrame, size(m), MaxFrame)
	}
	buffer = Append(buffer[:0], m)
	_, err := w.Write(buffer)
	return buffer, err
}

// Read receives a message, whose bytes are the caller's. Where the other side has
// gone between two messages, the error is io.EOF.
func Read(r io.Reader) (Message, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return Message{}, err
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n > MaxFrame {
		return Message{}, fmt.Errorf("%w: %d bytes, at most %d", ErrFrame, n, MaxFrame)
	}
	payload, err := read(r, int(n))
	if err != nil {
		return Message{}, err
	}
	return Decode(payload)
}

// read reads n bytes. A long frame gets memory as it comes, not as it says.
func read(r io.Reader, n int) ([]byte, error) {
	const trusted = 64 << 10
	if n > trusted {
		b, err := io.ReadAll(io.LimitReader(r, int64(n)))
		if err == nil && len(b) < n {
			err = io.ErrUnexpectedEOF
		}
		return b, err
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return nil, err
	}
	return b, nil
}

// Decode reads what a frame holds. Bytes of values point into it.
func Decode(b []byte) (Message, error) {
	if len(b) < 2 || len(b)-2 < int(b[1]) {
		return Message{}, fmt.Errorf("%w: it ends in its name", ErrMessage)
	}
	m := Message{Kind: Kind(b[0]), Name: string(b[2 : 2+int(b[1])])}
	if m.Kind == 0 || m.Kind >= kindEnd {
		return Message{}, fmt.Errorf("%w: kind %d", ErrMessage, b[0])
	}
	for b = b[2+int(b[1]):]; len(b) > 0; {
		if len(m.Values) == MaxValues {
			return Message{}, fmt.Errorf("%w: more than %d values", ErrMessage, MaxValues)
		}
		var v Value
		var err error
		if v, b, err = value(b); err != nil {
			return Message{}, err
		}
		m.Values = append(m.Values, v)
	}
	return m, nil
}

// value reads a value, and returns what follows.
func value(b []byte) (v Value, rest []byte, err error) {
	v.Type, rest = Type(b[0]), b[1:]
	switch {
	case v.Type == 0 || v.Type >= typeEnd:
		return v, nil, fmt.Errorf("%w: type %d", ErrMessage, b[0])
	case v.Type == Number && len(rest) >= 8:
		v.Number, rest = binary.LittleEndian.Uint64(rest), rest[8:]
	case v.Type == Bytes && len(rest) >= 4 && uint64(binary.LittleEndian.Uint32(rest)) <= uint64(len(rest)-4):
		n := 4 + int(binary.LittleEndian.Uint32(rest))
		v.Bytes, rest = rest[4:n:n], rest[n:]
	case v.Type == Number || v.Type == Bytes:
		return v, nil, fmt.Errorf("%w: it ends in a value", ErrMessage)
	}
	return v, rest, nil
}
