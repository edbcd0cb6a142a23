package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/match"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Properties with the names of route and cluster: Higress' own first, then
// Envoy's.
var (
	routePaths   = [2][]string{{"route_name"}, {"xds", "route_name"}}
	clusterPaths = [2][]string{{"cluster_name"}, {"xds", "cluster_name"}}
)

// namePaths remembers which of two properties a host has.
type namePaths struct{ route, cluster uint8 }

// matchConfig returns the stream's configuration, once it was matched the same
// as callbacks get.
func (s *stream) matchConfig() (any, error) {
	if s.config != nil {
		return s.config, nil
	}
	return s.plugin.match(s)
}

// match picks a request's configuration, nil if there is none for it. It reads
// from the host only what the rules look at.
func (p *plugin) match(s *stream) (any, error) {
	x := p.rules.index
	if x == nil {
		return p.rules.global, nil
	}
	consumer := ""
	if x.NeedsConsumer() {
		var err error
		if consumer, err = s.consumer(); err != nil {
			return nil, err
		}
	}
	return p.matchAs(s, consumer)
}

// matchAs is match for a request of consumer, "" for nobody's.
func (p *plugin) matchAs(s *stream, consumer string) (any, error) {
	x := p.rules.index
	r := match.Request{Consumer: consumer}
	var err error
	if x.NeedsHost() {
		r.Host = s.Host()
	}
	if x.NeedsRoute() {
		if r.Route, err = property(&routePaths, &p.vm.propertyPath.route); err != nil {
			return nil, err
		}
	}
	if x.NeedsCluster() {
		if r.Cluster, err = property(&clusterPaths, &p.vm.propertyPath.cluster); err != nil {
			return nil, err
		}
	}
	if i := x.Find(r); i >= 0 {
		return p.rules.configs[i], nil
	}
	return p.rules.global, nil
}

// property reads the one of two properties that the host has, "" if it has
// neither now, and begins with that one next time.
func property(paths *[2][]string, has *uint8) (string, error) {
	for range paths {
		value, err := proxywasm.GetProperty(paths[*has])
		if err == nil {
			return mem.String(value), nil
		}
		if !errors.Is(err, types.ErrorStatusNotFound) {
			return "", errors.New("property " + paths[*has][len(paths[*has])-1] + ": " + err.Error())
		}
		*has = 1 - *has
	}
	return "", nil
}
