package match

import "math"

// none is behind every rule.
const none int32 = math.MaxInt32

// Request is what rules look at. Values that no rule needs may be empty.
type Request struct {
	// Host is the request's :authority as it came.
	Host string
	// Route is the name of the route.
	Route string
	// Cluster is the name of the upstream cluster.
	Cluster string
	// Consumer is who sends the request, "" where nobody knows.
	Consumer string
}

// Index finds the first rule of a list that matches a request. What that costs
// doesn't grow with the number of rules, but for the logarithm in wildcards
// and prefixes. It is never changed after New.
type Index struct {
	all       *level            // rules that look at no consumer
	consumers map[string]*level // the others, by consumer

	host, route, cluster bool
}

// New makes the index of a list of rules.
func New(rules []Rule) *Index {
	x := &Index{all: newLevel(), consumers: map[string]*level{}}
	for i := range rules {
		x.add(&rules[i], int32(i))
	}
	x.finish(x.all)
	for _, l := range x.consumers {
		x.finish(l)
	}
	return x
}

func (x *Index) add(r *Rule, i int32) {
	if len(r.Consumers) == 0 {
		x.all.add(r, i)
		return
	}
	for _, name := range r.Consumers {
		if x.consumers[name] == nil {
			x.consumers[name] = newLevel()
		}
		x.consumers[name].add(r, i)
	}
}

func (x *Index) finish(l *level) {
	l.build()
	x.host = x.host || l.needsHost()
	x.route = x.route || l.needsRoute()
	x.cluster = x.cluster || l.needsCluster()
}

// NeedsHost reports whether a rule looks at the request's host.
func (x *Index) NeedsHost() bool { return x.host }

// NeedsRoute reports whether a rule looks at the route's name.
func (x *Index) NeedsRoute() bool { return x.route }

// NeedsCluster reports whether a rule looks at the cluster's name.
func (x *Index) NeedsCluster() bool { return x.cluster }

// NeedsConsumer reports whether a rule looks at the consumer.
func (x *Index) NeedsConsumer() bool { return len(x.consumers) > 0 }

// Find returns the number of the first rule that matches, -1 if none does.
func (x *Index) Find(r Request) int {
	host := ""
	if x.host {
		host = CleanHost(r.Host)
	}
	best := x.all.find(host, &r)
	if l := x.consumers[r.Consumer]; l != nil && r.Consumer != "" {
		best = min(best, l.find(host, &r))
	}
	if best == none {
		return -1
	}
	return int(best)
}
