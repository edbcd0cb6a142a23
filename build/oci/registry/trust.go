package registry

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
)

// knownServices are token services on another host than their registry's, by
// the registry's host.
func knownService(registry string) string {
	switch registry {
	case "registry-1.docker.io":
		return "auth.docker.io"
	case "registry.gitlab.com":
		return "gitlab.com"
	default:
		return ""
	}
}

// trust decides which hosts a registry may lead to.
type trust struct {
	authHosts []string
	// hasCredential reports whether there is one for the registry.
	hasCredential func(context.Context) (bool, error)
	// homeInternal is set when the registry turned out to be on this machine or
	// a private network: it may lead to others there.
	homeInternal atomic.Bool
}

// allow refuses an origin to which nothing at all is sent.
func (t *trust) allow(home, target origin) error {
	refuse := func(reason string) error {
		return &RefusedError{home.String(), target.String(), reason}
	}
	switch {
	case target.scheme != "https" && target.scheme != "http":
		return refuse("only http and https are followed")
	case home.scheme == "https" && target.scheme != "https":
		return refuse("the registry is reached by https, and this is not")
	case t.tooNear(reachOfHost(target.host)):
		return refuse("a registry may not lead into private networks")
	default:
		return nil
	}
}

// tooNear reports whether an address is off limits for what a registry names.
func (t *trust) tooNear(r reach) bool {
	return r == metadata || r == internal && !t.homeInternal.Load()
}

// service judges a token service: whether it may be asked at all, and whether
// with the registry's credentials.
func (t *trust) service(ctx context.Context, home origin, service *url.URL) (credentials bool, err error) {
	target := originOf(service)
	if target == home {
		return true, nil
	}
	sameHost := target.host == home.host
	if !sameHost || home.scheme == "https" && target.scheme != "https" {
		if err := t.allow(home, target); err != nil {
			return false, err
		}
	}
	if sameHost || target.host == knownService(home.host) || slices.ContainsFunc(t.authHosts, func(h string) bool {
		return strings.EqualFold(h, target.host)
	}) {
		return true, nil
	}
	has, err := t.hasCredential(ctx)
	if err != nil || !has {
		return false, err
	}
	return false, &RefusedError{home.String(), target.String(), fmt.Sprintf(
		"this token service on another host would get the registry's credentials; allow it with --auth-host %s if it belongs to the registry", target.host)}
}

// dialled judges the address that a name led to, when the connection is made:
// a name that was fine a moment ago can't lead elsewhere now.
func (t *trust) dialled(ctx context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil //nolint:nilerr // no address of the internet, such as a socket's path
	}
	r := reachOf(ap.Addr().WithZone(""))
	switch ctx.Value(sideKey{}) {
	case atHome:
		if r != public {
			t.homeInternal.Store(true)
		}
	case abroad:
		if t.tooNear(r) {
			return &RefusedError{"", address, "a registry may not lead into private networks"}
		}
	}
	return nil
}
