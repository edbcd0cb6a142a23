package upstream

import (
	"context"
	"net/http"

	"github.com/sluiceproxy/sluice/host"
)

// Tap sees what goes to the clusters and comes back, for example to record it.
// Its methods may be called at any time, on any goroutine.
type Tap interface {
	// HTTP carries a request by next, and may look at it and at the answer.
	// IsCallout tells whether a plugin makes the request.
	HTTP(cluster string, r *http.Request, next http.RoundTripper) (*http.Response, error)
	// Redis gets a command and its answer, both in RESP form. They must not be
	// changed.
	Redis(ctx context.Context, cluster string, query []byte, answer host.RedisResponse)
}

type calloutKey struct{}

// IsCallout reports whether a request with that context is a call that a plugin
// makes, and not a client's request on its way to the upstream.
func IsCallout(ctx context.Context) bool { return ctx.Value(calloutKey{}) != nil }

// tapped is a cluster with somebody looking.
type tapped struct {
	tap Tap
	k   *cluster
}

// RoundTrip implements http.RoundTripper.
func (t tapped) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.tap.HTTP(t.k.name, r, t.k)
}

// tappedRedis is a Redis connection with somebody looking.
type tappedRedis struct {
	tap     Tap
	cluster string
	next    host.RedisConn
}

// Do implements host.RedisConn.
func (t tappedRedis) Do(ctx context.Context, query []byte, done func(host.RedisResponse)) error {
	return t.next.Do(ctx, query, func(r host.RedisResponse) {
		t.tap.Redis(ctx, t.cluster, query, r)
		done(r)
	})
}
