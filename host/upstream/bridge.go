package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sluiceproxy/sluice/host"
)

// Names on which plugins that were built for stock Envoy, and the configuration
// that Envoy needs for them, agree: an HTTP call to this cluster has its body
// carried over TCP to the cluster that the header names.
const (
	bridgeName   = "sluice-redis"
	bridgeHeader = "x-sluice-redis-cluster"
)

// bridged is HTTPCall for the cluster sluice-redis: the body goes, as it is, over
// a connection of its own to the named cluster, and what comes until that closes
// the connection is the body of the answer.
func (c *Clusters) bridged(ctx context.Context, req host.HTTPCallRequest, done func(host.HTTPCallResponse)) {
	h := host.HeaderMapOf(host.MapRequestHeaders, req.Headers...)
	name, _ := h.Get(bridgeHeader)
	k := c.find(name)
	if k == nil {
		done(bridgeRefusal("NC cluster_not_found"))
		return
	}
	nc, err := k.dial(ctx, k.address())
	if err != nil {
		done(standInFor(ctx, bridgeRefusal("UF upstream_reset_before_response_started{"+err.Error()+"}")))
		return
	}
	defer nc.Close()
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	go func() { _, _ = nc.Write(req.Body) }() // an answer can begin before all is sent
	body, err := io.ReadAll(io.LimitReader(nc, c.o.MaxResponseBytes+1))
	switch {
	case err == nil && int64(len(body)) > c.o.MaxResponseBytes:
		err = fmt.Errorf("the answer is longer than %d bytes", c.o.MaxResponseBytes)
	case ctx.Err() != nil:
		done(standInFor(ctx, host.HTTPCallResponse{Err: context.Cause(ctx)}))
		return
	}
	if err != nil {
		done(host.HTTPCallResponse{Err: fmt.Errorf("cluster %q through %s: %w", name, bridgeName, err)})
		return
	}
	done(host.HTTPCallResponse{Headers: host.HeaderMapOf(host.MapCallResponseHeaders, [2]string{":status", "200"}), Body: body})
}

// bridgeRefusal is what the bridge says in place of Redis.
func bridgeRefusal(why string) host.HTTPCallResponse { return answer("503", bridgeName+" "+why) }

// standInFor is otherwise, unless the call's time was up or nobody waits any more.
func standInFor(ctx context.Context, otherwise host.HTTPCallResponse) host.HTTPCallResponse {
	if errors.Is(ctx.Err(), context.Canceled) {
		return host.HTTPCallResponse{Err: context.Cause(ctx)}
	}
	if late(ctx) {
		return answer("504", timeoutBody)
	}
	return otherwise
}
