package clientip

import (
	"errors"
	"net/netip"
	"strings"
)

// maxText bounds an address's text: the longest has eight groups, a zone, brackets
// and a port.
const maxText = 128

var errText = errors.New("not an IP address")

// Parse reads an address as gateways and proxies write it: IPv4 or IPv6, with or
// without a port, in brackets or not, in double quotes as in Forwarded (RFC 7239),
// with or without a zone. The address has no zone, and is IPv4 where it is mapped
// into IPv6. The error does not show the text, which is a client's.
func Parse(text string) (netip.Addr, error) {
	text = strings.Trim(text, " \t")
	if inner, ok := strings.CutPrefix(text, `"`); ok {
		if text, ok = strings.CutSuffix(inner, `"`); !ok {
			return netip.Addr{}, errText
		}
	}
	if len(text) > maxText {
		return netip.Addr{}, errText
	}
	var addr netip.Addr
	err := errText
	// With one colon it has a port, and without it is no address of IPv6: the parser
	// need not try, and make an error, first.
	if colon := strings.IndexByte(text, ':'); colon < 0 || colon != strings.LastIndexByte(text, ':') {
		addr, err = netip.ParseAddr(text)
	}
	if err != nil {
		if addr, err = withPort(text); err != nil {
			return netip.Addr{}, errText
		}
	}
	return addr.Unmap().WithZone(""), nil
}

// withPort reads address:port, [address]:port and [address].
func withPort(text string) (netip.Addr, error) {
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !addr.Is6() {
			return netip.Addr{}, errText
		}
		return addr, nil
	}
	both, err := netip.ParseAddrPort(text)
	if err != nil {
		return netip.Addr{}, errText
	}
	return both.Addr(), nil
}
