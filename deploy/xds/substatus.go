package xds

import (
	"maps"
	"slices"
)

// status tells what has become of each resource that the node asks for or has.
func (s *subscription) status(w Wanted) []ResourceStatus {
	names := map[string]bool{}
	maps.Copy(names, s.names)
	for _, r := range s.asks(w) {
		names[r.Name] = true
	}
	for name := range s.held {
		names[name] = true
	}
	var out []ResourceStatus
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out = append(out, s.statusOf(name, w))
	}
	return out
}

func (s *subscription) statusOf(name string, w Wanted) ResourceStatus {
	want, ok := w.find(s.t, name)
	has, no := s.held[name], s.refused[name]
	out := ResourceStatus{Type: s.t, Name: name, Wanted: want.Version, Running: has.Version, Since: has.since,
		Refused: no.version, Reason: no.reason, RefusedAt: no.at}
	if s.flight != nil && slices.ContainsFunc(s.flight.resources, func(r Resource) bool { return r.Name == name && r.Version != has.Version }) {
		out.SentAt = s.flight.at
	}
	switch {
	case !ok:
		out.State = Unknown
	case has.Version == want.Version:
		out.State = Running
	case no.version == want.Version:
		out.State = Denied
	default:
		out.State = Pending
	}
	return out
}
