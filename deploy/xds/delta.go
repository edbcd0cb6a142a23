package xds

import (
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
)

// delta speaks the incremental form of the protocol.
type delta struct{ *stream }

// take notes a request.
func (st delta) take(r *discoveryv3.DeltaDiscoveryRequest) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.meet(r.Node)
	st.refresh()
	sub, first, ok := st.subscription(Type(r.TypeUrl))
	if !ok {
		return
	}
	st.answered(sub, r.ResponseNonce, refusalOf(r.ErrorDetail != nil, r.ErrorDetail))
	for _, name := range r.ResourceNamesUnsubscribe {
		st.unsubscribe(sub, name)
	}
	for _, name := range r.ResourceNamesSubscribe {
		if name == "*" {
			sub.wildcard = true
			continue
		}
		sub.names[name] = true
		sub.forget(name) // whoever asks again has no copy
	}
	if first {
		sub.wildcard = sub.wildcard || sub.t.whole() && len(r.ResourceNamesSubscribe) == 0
		st.claim(sub, r.InitialResourceVersions)
	}
}

func (st delta) unsubscribe(sub *subscription, name string) {
	if name == "*" {
		sub.wildcard = false
		return
	}
	delete(sub.names, name)
	sub.forget(name)
}

// claim notes what the node has from an earlier connection.
func (st delta) claim(sub *subscription, versions map[string]string) {
	sub.settled = len(versions) > 0
	for name, version := range versions {
		r, ok := st.wanted.find(sub.t, name)
		switch {
		case !ok:
			r = Resource{Name: name} // sent if it is wanted one day, so that the node tells
		case r.Version != version:
			r = Resource{Name: name, Version: version}
		}
		st.adopt(sub, []Resource{r})
	}
}

// next is the next answer, or nil.
func (st delta) next() *discoveryv3.DeltaDiscoveryResponse {
	st.mu.Lock()
	defer st.mu.Unlock()
	sub, f := st.due(st.plan)
	if sub == nil {
		return nil
	}
	return st.render(sub, f)
}

// plan decides what to send of a type: all that the node waits for at first, one
// resource at a time later, so that a refusal is about that.
func (st delta) plan(sub *subscription) (flight, bool) {
	changed := sub.changed(st.wanted)
	fresh := sub.t.whole() && !sub.settled
	if !fresh && len(changed) > 1 {
		changed = changed[:1]
	}
	var gone []string
	if st.mayDrop(sub.t) {
		gone = sub.surplus(st.wanted)
	}
	return flight{resources: changed, removed: gone}, fresh || len(changed)+len(gone) > 0
}

func (st delta) render(sub *subscription, f flight) *discoveryv3.DeltaDiscoveryResponse {
	sent := st.fly(sub, f)
	out := &discoveryv3.DeltaDiscoveryResponse{TypeUrl: string(sub.t), Nonce: sent.nonce, RemovedResources: sent.removed,
		SystemVersionInfo: digest(sub.versions(sent.resources, sent.removed))}
	for _, r := range sent.resources {
		out.Resources = append(out.Resources, &discoveryv3.Resource{Name: r.Name, Version: r.Version, Resource: r.Body})
	}
	return out
}
