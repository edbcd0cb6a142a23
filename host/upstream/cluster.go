package upstream

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// Cluster says where a name leads.
type Cluster struct {
	// Name is the cluster's name, for example "outbound|80||httpbin.static".
	Name string
	// URL is the endpoint: http://host:port, https://host:port, h2c://host:port
	// (HTTP/2 without TLS), redis://host:port or rediss://host:port (with TLS).
	// Ports default to 80, 443, 80 and 6379. It may have no path, user or query.
	URL string
	// Addresses are further endpoints (host:port), used in turn with URL's.
	Addresses []string
	// TLS configures https and rediss; nil means the system's roots and URL's host name.
	TLS *tls.Config
	// Transport replaces the network, for upstreams inside the process. URL is
	// optional then.
	Transport http.RoundTripper
	// Redis replaces the network for Redis commands; nil means that it does not.
	Redis host.RedisConn
}

// cluster is a Cluster that was checked.
type cluster struct {
	name      string
	scheme    string // http or https; redis or rediss
	addresses []string
	transport http.RoundTripper
	redis     host.RedisConn
	dialer    func(ctx context.Context, network, address string) (net.Conn, error) // with TLS where the scheme says so
	next      atomic.Uint32
}

var defaultPorts = map[string]string{"http": "80", "https": "443", "h2c": "80", "redis": "6379", "rediss": "6379"}

func (c *Clusters) newCluster(spec Cluster) (*cluster, error) {
	if spec.Name == "" {
		return nil, fmt.Errorf("a cluster has no name (URL %q)", redactURL(spec.URL))
	}
	if spec.URL == "" && (spec.Transport != nil || spec.Redis != nil) {
		spec.URL = "http://in-process"
	}
	u, err := url.Parse(spec.URL)
	if err != nil {
		return nil, fmt.Errorf("cluster %q: URL %q can't be read", spec.Name, redactURL(spec.URL))
	}
	port, known := defaultPorts[u.Scheme]
	switch {
	case !known:
		return nil, fmt.Errorf("cluster %q: URL %q: the scheme must be http, https, h2c, redis or rediss", spec.Name, redactURL(spec.URL))
	case u.Hostname() == "":
		return nil, fmt.Errorf("cluster %q: URL %q has no host", spec.Name, redactURL(spec.URL))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/":
		return nil, fmt.Errorf("cluster %q: URL %q: only scheme, host and port are allowed", spec.Name, redactURL(spec.URL))
	}
	if u.Port() != "" {
		port = u.Port()
	}
	k := &cluster{name: spec.Name, redis: spec.Redis, scheme: u.Scheme, addresses: []string{net.JoinHostPort(u.Hostname(), port)}}
	for _, a := range spec.Addresses {
		if _, _, err := net.SplitHostPort(a); err != nil {
			return nil, fmt.Errorf("cluster %q: address %q is not host:port", spec.Name, a)
		}
		k.addresses = append(k.addresses, a)
	}
	k.transport = c.transportFor(spec, u)
	k.dialer = c.dialerFor(spec, u)
	if k.scheme == "h2c" {
		k.scheme = "http"
	}
	return k, nil
}

// dialerFor makes what connects to Redis.
func (c *Clusters) dialerFor(spec Cluster, u *url.URL) func(context.Context, string, string) (net.Conn, error) {
	plain := &net.Dialer{Timeout: c.o.ConnectTimeout, KeepAlive: 30 * time.Second}
	if u.Scheme != "https" && u.Scheme != "rediss" {
		return plain.DialContext
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if spec.TLS != nil {
		config = spec.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
	return (&tls.Dialer{NetDialer: plain, Config: config}).DialContext
}

// dial connects to one of the cluster's endpoints.
func (k *cluster) dial(ctx context.Context, address string) (net.Conn, error) {
	return k.dialer(ctx, "tcp", address)
}

// redactURL drops what may be a password.
func redactURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}

// address returns the endpoint whose turn it is.
func (k *cluster) address() string {
	if len(k.addresses) == 1 {
		return k.addresses[0]
	}
	return k.addresses[int(k.next.Add(1)-1)%len(k.addresses)]
}

// RoundTrip sends a request to the endpoint whose turn it is. Host and all
// fields stay as they are.
func (k *cluster) RoundTrip(req *http.Request) (*http.Response, error) {
	if k.transport == nil {
		return nil, fmt.Errorf("cluster %q speaks %s, not HTTP", k.name, k.scheme)
	}
	r, u := *req, *req.URL
	u.Scheme, u.Host = k.scheme, k.address()
	r.URL = &u
	return k.transport.RoundTrip(&r)
}
