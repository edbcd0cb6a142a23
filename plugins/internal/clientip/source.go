package clientip

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

var (
	// ErrHeader is in the error about a request whose header has no address where
	// one should be.
	ErrHeader = errors.New("no client address in the request's header")
	// ErrConnection is in the error about a connection whose peer has no address,
	// such as one through a Unix socket.
	ErrConnection = errors.New("the connection's peer has no IP address")
)

// Source is where the client's address is taken from. Its zero value is
// Connection.
type Source struct {
	header string
	hops   int
}

// Connection is the peer of the gateway's connection.
func Connection() Source { return Source{} }

// FromHeader is the hops-th address from the right in a request header, 1 the
// last; 0 is the first from the left. Several lines of the header count as one.
func FromHeader(name string, hops int) Source { return Source{header: name, hops: max(hops, 0)} }

// Addr returns the client's address, in the phase of request headers. The error
// wraps ErrHeader or ErrConnection; a plugin that guards something refuses the
// request then.
func (s Source) Addr() (netip.Addr, error) {
	if s.header == "" {
		return s.fromConnection()
	}
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		return netip.Addr{}, s.broken(err)
	}
	text, found := pick(headers, s.header, s.hops)
	if !found {
		return netip.Addr{}, s.broken(errFewer)
	}
	addr, err := Parse(text)
	if err != nil {
		return netip.Addr{}, s.broken(err)
	}
	return addr, nil
}

// peerAddress is the property with the address of the connection's other end.
var peerAddress = []string{"source", "address"}

var errFewer = errors.New("it has fewer addresses")

func (s Source) broken(err error) error {
	return fault.New(ErrHeader.Error()+" "+s.header+": "+err.Error(), ErrHeader, err)
}

func (s Source) fromConnection() (netip.Addr, error) {
	peer, err := proxywasm.GetProperty(peerAddress)
	if err != nil {
		return netip.Addr{}, fault.New(ErrConnection.Error()+": "+err.Error(), ErrConnection, err)
	}
	addr, err := Parse(string(peer))
	if err != nil {
		return netip.Addr{}, fault.New(ErrConnection.Error()+": "+err.Error(), ErrConnection, err)
	}
	return addr, nil
}

// pick returns the hops-th element from the right of a header that is a list, or
// the first for 0. Elements that are empty are none (RFC 9110, section 5.6.1).
func pick(headers [][2]string, name string, hops int) (text string, found bool) {
	for i := range headers {
		at := i
		if hops > 0 {
			at = len(headers) - 1 - i
		}
		if !strings.EqualFold(headers[at][0], name) {
			continue
		}
		if text, hops, found = inLine(headers[at][1], hops); found {
			return text, true
		}
	}
	return "", false
}

// inLine is pick in one line. left is how many elements are to be found in the
// lines before it.
func inLine(line string, hops int) (text string, left int, found bool) {
	first := hops == 0
	for rest := line; rest != ""; {
		var part string
		if first {
			part, rest, _ = strings.Cut(rest, ",")
		} else {
			at := strings.LastIndexByte(rest, ',')
			part, rest = rest[at+1:], rest[:max(at, 0)]
		}
		if part = strings.Trim(part, " \t"); part == "" {
			continue
		}
		if hops--; hops <= 0 {
			return part, 0, true
		}
	}
	return "", hops, false
}
