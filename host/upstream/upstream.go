// Package upstream keeps named clusters: where a name leads, how to send an
// HTTP request there, and how to talk RESP to a Redis server behind it.
package upstream

import (
	"context"
	"net/http"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// Cluster says where a name leads.
type Cluster struct {
	// Name is the cluster's name, for example "outbound|80||httpbin.static".
	Name string
	// URL is the base of its endpoints: http://host:port, https://host:port,
	// h2c://host:port or redis://host:port.
	URL string
	// Addresses are further endpoints (host:port), used in turn with URL's.
	Addresses []string
	// Transport replaces the network, for upstreams inside the process.
	Transport http.RoundTripper
}

// Options limit what a call may cost. The zero value is the documented default.
type Options struct {
	// MaxResponseBytes bounds the body of a callout's answer; 0 means 32 MiB.
	MaxResponseBytes int64
	// ConnectTimeout bounds connecting; 0 means 5 s.
	ConnectTimeout time.Duration
}

// Clusters is a set of clusters that can be replaced while it is in use. It is
// safe for concurrent use, and implements host.Caller.
type Clusters struct{}

var _ host.Caller = (*Clusters)(nil)

// New returns a set of clusters.
func New(o Options, clusters ...Cluster) (*Clusters, error) { panic("todo") }

// Replace makes the set hold exactly the given clusters. Calls that run finish
// where they began. On an error the set stays as it was.
func (c *Clusters) Replace(clusters ...Cluster) error { panic("todo") }

// Names returns the names, sorted.
func (c *Clusters) Names() []string { panic("todo") }

// Has reports whether there is a cluster of that name.
func (c *Clusters) Has(name string) bool { panic("todo") }

// RoundTripper returns what sends requests to the cluster: it sets scheme and
// host:port of the URL and leaves Request.Host alone. ok is false for an unknown
// name.
func (c *Clusters) RoundTripper(name string) (rt http.RoundTripper, ok bool) { panic("todo") }

// Addresses returns the endpoints of the cluster as host:port; nil for an
// unknown name.
func (c *Clusters) Addresses(name string) []string { panic("todo") }

// HTTPCall implements host.Caller.
func (c *Clusters) HTTPCall(ctx context.Context, cluster string, req host.HTTPCallRequest, done func(host.HTTPCallResponse)) error {
	panic("todo")
}

// Redis implements host.Caller.
func (c *Clusters) Redis(cluster string, o host.RedisOptions) (host.RedisConn, error) {
	panic("todo")
}

// Close closes idle connections and Redis connections.
func (c *Clusters) Close() error { panic("todo") }
