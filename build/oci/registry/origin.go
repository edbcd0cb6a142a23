package registry

import (
	"net/netip"
	"net/url"
	"strings"
)

// origin is where a URL leads: scheme, host and port.
type origin struct{ scheme, host, port string }

func originOf(u *url.URL) origin {
	o := origin{strings.ToLower(u.Scheme), strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), u.Port()}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.scheme]
	}
	return o
}

// String is the origin as people write it.
func (o origin) String() string {
	host := o.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if o.port == map[string]string{"http": "80", "https": "443"}[o.scheme] {
		return o.scheme + "://" + host
	}
	return o.scheme + "://" + host + ":" + o.port
}

// reach says how far an address is.
type reach int

const (
	public   reach = iota
	internal       // this machine or a private network
	metadata       // link-local or unspecified: where clouds keep their secrets
)

// sharedSpace is that of carrier-grade NAT (RFC 6598), where one cloud keeps
// its metadata service.
const sharedSpace = "100.64.0.0/10"

func reachOf(addr netip.Addr) reach {
	addr = addr.Unmap()
	switch {
	case addr.IsLinkLocalUnicast(), addr.IsMulticast(), addr.IsUnspecified(), netip.MustParsePrefix(sharedSpace).Contains(addr):
		return metadata
	case addr.IsLoopback(), addr.IsPrivate():
		return internal
	default:
		return public
	}
}

// reachOfHost judges a host that is an address; a name is public until it is
// dialled.
func reachOfHost(host string) reach {
	if strings.EqualFold(host, "localhost") {
		return internal
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return public
	}
	return reachOf(addr.WithZone(""))
}
