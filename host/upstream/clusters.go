package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// Options limit what a call may cost. The zero value is the documented default.
type Options struct {
	// MaxResponseBytes bounds the body of a callout's answer; 0 means 32 MiB.
	MaxResponseBytes int64
	// MaxReplyBytes bounds one Redis reply; 0 means 32 MiB.
	MaxReplyBytes int
	// ConnectTimeout bounds connecting; 0 means 5 s.
	ConnectTimeout time.Duration
	// CallTimeout bounds an HTTP callout that asks for no timeout itself; 0
	// means 5 min.
	CallTimeout time.Duration
	// RedisTimeout bounds a Redis command that asks for no timeout itself; 0
	// means 1 s.
	RedisTimeout time.Duration
	// Tap sees what goes to the clusters and comes back; nil means that nobody does.
	Tap Tap
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	if o.MaxResponseBytes <= 0 {
		o.MaxResponseBytes = 32 << 20
	}
	if o.MaxReplyBytes <= 0 {
		o.MaxReplyBytes = 32 << 20
	}
	set(&o.ConnectTimeout, 5*time.Second)
	set(&o.CallTimeout, 5*time.Minute)
	set(&o.RedisTimeout, time.Second)
	return o
}

// ErrClosed is returned after Close.
var ErrClosed = errors.New("the clusters are closed")

// Clusters is a set of clusters that can be replaced while it is in use. It is
// safe for concurrent use, and implements host.Caller.
type Clusters struct {
	o      Options
	byName atomic.Pointer[map[string]*cluster]
	plain  *http.Transport
	direct *direct // in front of plain
	h2c    *http.Transport

	mu     sync.Mutex
	tls    []*http.Transport
	redis  map[redisKey]*redisConn
	closed bool
}

var _ host.Caller = (*Clusters)(nil)

// New returns a set of clusters; no connection is made yet.
func New(o Options, list ...Cluster) (*Clusters, error) {
	o = o.withDefaults()
	c := &Clusters{o: o, redis: map[redisKey]*redisConn{}}
	c.plain = newTransport(o)
	c.direct = &direct{dial: c.plain.DialContext, fallback: c.plain, idle: map[string][]*directConn{}}
	c.h2c = newTransport(o)
	c.h2c.Protocols = new(http.Protocols)
	c.h2c.Protocols.SetUnencryptedHTTP2(true)
	if err := c.Replace(list...); err != nil {
		return nil, err
	}
	return c, nil
}

func newTransport(o Options) *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: o.ConnectTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   o.ConnectTimeout,
		DisableCompression:    true,
		MaxIdleConns:          1024,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       90 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// transportFor chooses what carries requests to the cluster; nil for Redis.
func (c *Clusters) transportFor(spec Cluster, u *url.URL) http.RoundTripper {
	switch {
	case spec.Transport != nil:
		return spec.Transport
	case u.Scheme == "http":
		return c.direct
	case u.Scheme == "h2c":
		return c.h2c
	case u.Scheme != "https":
		return nil
	}
	t := newTransport(c.o)
	t.ForceAttemptHTTP2 = true
	if spec.TLS != nil {
		t.TLSClientConfig = spec.TLS.Clone()
	}
	c.mu.Lock()
	c.tls = append(c.tls, t)
	c.mu.Unlock()
	return t
}

// Replace makes the set hold exactly the given clusters. Calls that run finish
// where they began. On an error (no name, a name twice, a bad URL or address) the
// set stays as it was.
func (c *Clusters) Replace(list ...Cluster) error {
	byName := make(map[string]*cluster, len(list))
	for _, spec := range list {
		k, err := c.newCluster(spec)
		if err != nil {
			return err
		}
		if byName[k.name] != nil {
			return fmt.Errorf("cluster %q is there twice", k.name)
		}
		byName[k.name] = k
	}
	c.byName.Store(&byName)
	return nil
}

func (c *Clusters) find(name string) *cluster { return (*c.byName.Load())[name] }

// Names returns the names, sorted.
func (c *Clusters) Names() []string {
	byName := *c.byName.Load()
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Has reports whether there is a cluster of that name.
func (c *Clusters) Has(name string) bool { return c.find(name) != nil }

// RoundTripper returns what sends requests to the cluster: it sets scheme and
// host of a copy of Request.URL and leaves Request.Host alone. ok is false for an
// unknown name.
func (c *Clusters) RoundTripper(name string) (rt http.RoundTripper, ok bool) {
	k := c.find(name)
	if k == nil {
		return nil, false
	}
	if c.o.Tap != nil {
		return tapped{c.o.Tap, k}, true
	}
	return k, true
}

// Addresses returns the endpoints of the cluster as host:port; nil for an
// unknown name.
func (c *Clusters) Addresses(name string) []string {
	k := c.find(name)
	if k == nil {
		return nil
	}
	return append([]string(nil), k.addresses...)
}

// Dial connects to the endpoint of the cluster whose turn it is, with TLS where
// its scheme is https or rediss.
func (c *Clusters) Dial(ctx context.Context, name string) (net.Conn, error) {
	k := c.find(name)
	if k == nil {
		return nil, fmt.Errorf("there is no cluster %q", name)
	}
	conn, err := k.dial(ctx, k.address())
	if err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	return conn, nil
}

// Close closes idle HTTP connections and all Redis connections. Redis commands
// fail from then on.
func (c *Clusters) Close() error {
	c.mu.Lock()
	c.closed = true
	conns := c.redis
	c.redis = map[redisKey]*redisConn{}
	transports := append([]*http.Transport{c.plain, c.h2c}, c.tls...)
	c.mu.Unlock()
	c.direct.closeIdle()
	for _, t := range transports {
		t.CloseIdleConnections()
	}
	for _, conn := range conns {
		conn.close(ErrClosed)
	}
	return nil
}
