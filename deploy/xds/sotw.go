package xds

import (
	"slices"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// sotw speaks the form of the protocol that is called state of the world.
type sotw struct{ *stream }

// take notes a request.
func (st sotw) take(r *discoveryv3.DiscoveryRequest) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.meet(r.Node)
	st.refresh()
	sub, first, ok := st.subscription(Type(r.TypeUrl))
	if !ok {
		return
	}
	inFlight := sub.flight != nil
	if sub.answers(r) {
		st.answered(sub, r.ResponseNonce, refusalOf(r.ErrorDetail != nil, r.ErrorDetail))
	}
	again := !first && !inFlight && r.ErrorDetail == nil && r.ResponseNonce == sub.nonce
	all := slices.Contains(r.ResourceNames, "*") || len(r.ResourceNames) == 0 && (first || sub.wildcard)
	if sub.wildcard = sub.t.whole() && all; !sub.wildcard {
		sub.ask(r.ResourceNames)
	}
	if first {
		st.claim(sub, r.VersionInfo)
	}
	if again && !sub.wildcard {
		st.resend(sub)
	}
}

// answers reports whether a request is about the last answer. After a refusal a node
// repeats its nonce whenever it asks for other names, with the version that it has:
// that takes nothing back.
func (s *subscription) answers(r *discoveryv3.DiscoveryRequest) bool {
	return s.denied == nil || r.ResponseNonce != s.denied.nonce || r.VersionInfo == s.denied.version
}

// claim compares the version that a node says it has from an earlier connection
// with what it shall have. A version is made of the content.
func (st sotw) claim(sub *subscription, version string) {
	want := sub.asks(st.wanted)
	if version != "" && version == digest(sub.versions(want, nil)) {
		st.adopt(sub, want)
		sub.settled = true
	}
}

// resend has the names sent again, of a node that asks though it got all: a part
// of it has no copy. Nodes don't act on what they have already.
func (st sotw) resend(sub *subscription) {
	for name := range sub.names {
		if sub.refused[name].version == "" {
			sub.forget(name)
		}
	}
}

// next is the next answer, or nil.
func (st sotw) next() *discoveryv3.DiscoveryResponse {
	st.mu.Lock()
	defer st.mu.Unlock()
	sub, f := st.due(st.plan)
	if sub == nil {
		return nil
	}
	return st.render(sub, f)
}

// plan decides what to send of a type.
func (st sotw) plan(sub *subscription) (flight, bool) {
	changed := sub.changed(st.wanted)
	if !sub.t.whole() {
		if len(changed) == 0 {
			return flight{}, false
		}
		one := changed[:1]
		return flight{resources: one, version: digest(sub.versions(one, nil))}, true
	}
	var gone []string
	if st.mayDrop(sub.t) {
		gone = sub.surplus(st.wanted)
	}
	fresh := !sub.settled // the node waits for the first answer, be it empty
	if len(changed) == 0 && len(gone) == 0 && !fresh {
		return flight{}, false
	}
	set := st.set(sub, gone)
	version := digest(sub.versions(set, gone))
	return flight{resources: set, removed: gone, version: version}, fresh || version != sub.stale
}

// set is everything of a type that the node shall have: what it has refused stays
// as it was.
func (st sotw) set(sub *subscription, gone []string) []Resource {
	var out []Resource
	for _, r := range sub.asks(st.wanted) {
		if old := sub.held[r.Name]; sub.refused[r.Name].version == r.Version && r.Version != "" {
			if old.Body == nil {
				continue
			}
			r = old.Resource
		}
		out = append(out, r)
	}
	dropped := map[string]bool{}
	for _, name := range gone {
		dropped[name] = true
	}
	for _, name := range sub.surplus(st.wanted) {
		if h := sub.held[name]; !dropped[name] && h.Body != nil {
			out = append(out, h.Resource)
		}
	}
	return out
}

func (st sotw) render(sub *subscription, f flight) *discoveryv3.DiscoveryResponse {
	sent := st.fly(sub, f)
	out := &discoveryv3.DiscoveryResponse{TypeUrl: string(sub.t), VersionInfo: sent.version, Nonce: sent.nonce}
	for _, r := range sent.resources {
		out.Resources = append(out.Resources, &anypb.Any{TypeUrl: r.Body.TypeUrl, Value: r.Body.Value})
	}
	return out
}
