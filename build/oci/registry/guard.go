package registry

import (
	"context"
	"net/http"
	"sync"
)

// guard is the last to see a request before it is sent. Credentials pass it to
// the registry's own origin and to the token service that the registry named
// and that trust allows. Whatever else a redirect or a Location header names
// gets a request without credentials, or none.
type guard struct {
	base  http.RoundTripper
	home  origin
	trust *trust
	// proxied reports whether a request goes through a proxy, whose address says
	// nothing about the registry's.
	proxied func(*http.Request) bool

	mu     sync.Mutex
	realms map[origin]bool // token services in use; true: gets the credentials
}

// RoundTrip sends what may be sent.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	req, err := g.admit(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	res, err := g.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusUnauthorized {
		if err := g.challenged(req, res); err != nil {
			_ = res.Body.Close()
			return nil, err
		}
	}
	return res, nil
}

// admit returns the request as it may be sent.
func (g *guard) admit(req *http.Request) (*http.Request, error) {
	target := originOf(req.URL)
	if target == g.home {
		return req.WithContext(g.mark(req, atHome)), nil
	}
	credentials, realm := g.realm(target)
	if err := g.trust.allow(g.home, target); err != nil {
		return req, err
	}
	if credentials {
		return req.WithContext(g.mark(req, abroad)), nil
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		reason := "it would get what is meant for the registry"
		if realm {
			reason = "it would get the registry's credentials"
		}
		return req, &RefusedError{g.home.String(), target.String(), reason}
	}
	bare := req.Clone(g.mark(req, abroad))
	for _, name := range []string{"Authorization", "Cookie", "Referer", "Proxy-Authorization"} {
		bare.Header.Del(name)
	}
	return bare, nil
}

// challenged judges a demand for credentials.
func (g *guard) challenged(req *http.Request, res *http.Response) error {
	target := originOf(req.URL)
	if target != g.home {
		if _, realm := g.realm(target); realm {
			return nil
		}
		return &RefusedError{g.home.String(), target.String(), "it asks for the registry's credentials"}
	}
	service, ok, err := realmOf(res.Header.Get("WWW-Authenticate"))
	if err != nil || !ok {
		return err
	}
	credentials, err := g.trust.service(req.Context(), g.home, service)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.realms[originOf(service)] = credentials
	return nil
}

func (g *guard) realm(target origin) (credentials, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	credentials, known = g.realms[target]
	return credentials, known
}

// side says whose address a connection goes to.
type side int

const (
	atHome side = iota + 1
	abroad
)

type sideKey struct{}

// mark tells the dialer whose address it will meet.
func (g *guard) mark(req *http.Request, s side) context.Context {
	if g.proxied(req) {
		return req.Context()
	}
	return context.WithValue(req.Context(), sideKey{}, s)
}
