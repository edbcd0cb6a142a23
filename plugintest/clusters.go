package plugintest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/host/upstream"
)

// place is a cluster and its address: host:port, or a URL.
type place struct{ name, address string }

// scheme is the address with a scheme in front.
func (p place) url() string {
	if strings.Contains(p.address, "://") {
		return p.address
	}
	return "http://" + p.address
}

// places are the clusters of the case, in the order of their names. backend and
// redis open the doors of fake servers.
func (gw *Gateway) places(backend func(name string, b *Backend) (string, error), redis func(name string, r *Redis) (string, error)) ([]place, error) {
	scheme := "http"
	if gw.p.HTTP2 {
		scheme = "h2c"
	}
	addr, err := backend(gw.p.Upstream, gw.Backend)
	list := []place{{gw.p.Upstream, scheme + "://" + addr}}
	for name, b := range gw.clusters {
		if err == nil {
			addr, err = backend(name, b)
			list = append(list, place{name, "http://" + addr})
		}
	}
	for name, r := range gw.redis {
		if err == nil {
			addr, err = redis(name, r)
			list = append(list, place{name, "redis://" + addr})
		}
	}
	for name, address := range gw.p.Servers {
		list = append(list, place{name, address})
	}
	slices.SortFunc(list, func(a, b place) int { return strings.Compare(a.name, b.name) })
	return list, err
}

// ownPlaces opens doors that end with the test.
func (gw *Gateway) ownPlaces() ([]place, error) {
	return gw.places(func(_ string, b *Backend) (string, error) {
		d, err := newDoor(b)
		if err != nil {
			return "", err
		}
		gw.t.Cleanup(d.server.Close)
		return d.server.Addr(), nil
	}, func(_ string, r *Redis) (string, error) {
		d, err := newRedisDoor(r)
		if err != nil {
			return "", err
		}
		gw.t.Cleanup(d.close)
		return d.addr(), nil
	})
}

// callees are the clusters for the embedded gateway and for native callouts.
func (gw *Gateway) callees() (*upstream.Clusters, error) {
	list, err := gw.ownPlaces()
	if err != nil {
		return nil, err
	}
	var specs []upstream.Cluster
	for _, p := range list {
		specs = append(specs, upstream.Cluster{Name: p.name, URL: p.url()})
	}
	c, err := upstream.New(upstream.Options{}, specs...)
	if err != nil {
		return nil, fmt.Errorf("the clusters: %w", err)
	}
	gw.t.Cleanup(func() { _ = c.Close() })
	return c, nil
}
