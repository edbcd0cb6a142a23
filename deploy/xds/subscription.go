package xds

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// subscription is what a stream knows of one type.
type subscription struct {
	t        Type
	wildcard bool            // all resources of the type
	names    map[string]bool // asked for, where it is not all
	held     map[string]held
	refused  map[string]refusal
	flight   *flight
	denied   *flight // the answer that was refused last
	nonce    string  // of the last answer
	stale    string  // digest of a set that was refused, for state of the world
	settled  bool    // the node has had an answer, on this stream or an earlier one
}

// held is a version that a node has acknowledged.
type held struct {
	Resource // without a body if the node had it when it connected
	since    time.Time
}

// refusal is a version that a node does not take.
type refusal struct {
	version, reason string
	at              time.Time
}

// flight is an answer that the node has not answered yet.
type flight struct {
	nonce     string
	version   string // of the answer, for state of the world
	resources []Resource
	removed   []string
	at        time.Time
}

func newSubscription(t Type) *subscription {
	return &subscription{t: t, names: map[string]bool{}, held: map[string]held{}, refused: map[string]refusal{}}
}

// asks returns what the node asks for of what is wanted.
func (s *subscription) asks(w Wanted) []Resource {
	if s.wildcard {
		return w[s.t]
	}
	var out []Resource
	for _, r := range w[s.t] {
		if s.names[r.Name] {
			out = append(out, r)
		}
	}
	return out
}

// differs reports whether a resource is to be sent.
func (s *subscription) differs(r Resource) bool {
	return s.held[r.Name].Version != r.Version && s.refused[r.Name].version != r.Version
}

// changed lists what is to be sent.
func (s *subscription) changed(w Wanted) []Resource {
	var out []Resource
	for _, r := range s.asks(w) {
		if s.differs(r) {
			out = append(out, r)
		}
	}
	return out
}

// surplus lists what the node has and is not wanted any more. Only of types that
// are asked for as a whole: others are asked for by name, and the node itself
// knows when it needs them no longer.
func (s *subscription) surplus(w Wanted) []string {
	if !s.t.whole() {
		return nil
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(s.held)) {
		if _, ok := w.find(s.t, name); !ok {
			out = append(out, name)
		}
	}
	return out
}

// versions are those that the node has once it takes more and drops some.
func (s *subscription) versions(more []Resource, less []string) map[string]string {
	out := map[string]string{}
	for name, h := range s.held {
		if s.wildcard || s.names[name] {
			out[name] = h.Version
		}
	}
	for _, r := range more {
		out[r.Name] = r.Version
	}
	for _, name := range less {
		delete(out, name)
	}
	return out
}

// accept notes that the node has taken what was in flight.
func (s *subscription) accept(now time.Time) (news []Resource) {
	for _, r := range s.flight.resources {
		if s.held[r.Name].Version != r.Version {
			news = append(news, r)
		}
	}
	s.take(s.flight.resources, now)
	for _, name := range s.flight.removed {
		s.forget(name)
	}
	s.flight, s.denied = nil, nil
	return news
}

// take notes that the node has some versions.
func (s *subscription) take(resources []Resource, now time.Time) {
	for _, r := range resources {
		if !s.wildcard && !s.names[r.Name] {
			continue // not asked for any more
		}
		if old := s.held[r.Name]; old.Version != r.Version {
			s.held[r.Name] = held{r, now}
		} else if old.Body == nil {
			s.held[r.Name] = held{r, old.since}
		}
		delete(s.refused, r.Name)
	}
}

// recant notes that a node that has refused an answer takes it now: an agent may
// have tried again.
func (s *subscription) recant(now time.Time) (accepted []Resource) {
	for _, r := range s.denied.resources {
		if s.refused[r.Name].version == r.Version {
			accepted = append(accepted, r)
		}
	}
	s.denied = nil
	s.take(accepted, now)
	return accepted
}

// refuse notes that the node has refused what was in flight. What the reason does
// not name was taken all the same, where a node looks at each resource by itself.
func (s *subscription) refuse(reasons map[string]string, text string, now time.Time) (accepted, refused []Resource) {
	f := s.flight
	for _, r := range f.resources {
		why, named := reasons[r.Name]
		switch {
		case s.held[r.Name].Version == r.Version:
		case named:
			refused = append(refused, r)
			s.refused[r.Name] = refusal{r.Version, why, now}
		case len(reasons) > 0:
			accepted = append(accepted, r)
		default:
			refused = append(refused, r)
			s.refused[r.Name] = refusal{r.Version, text, now}
		}
	}
	s.denied, s.flight = &flight{nonce: f.nonce, version: f.version, resources: refused}, nil
	s.take(accepted, now)
	return accepted, refused
}

// blamed finds the resources that a reason names, of a type of which a node takes
// the good ones and refuses the others.
func (s *subscription) blamed(reason string) map[string]string {
	out := map[string]string{}
	if !s.t.whole() {
		return out
	}
	for _, r := range s.flight.resources {
		if strings.Contains(reason, r.Name+":") {
			out[r.Name] = reason
		}
	}
	return out
}

// forget has a resource sent again.
func (s *subscription) forget(name string) {
	delete(s.held, name)
	delete(s.refused, name)
}

// ask sets the names that the node asks for, of state of the world.
func (s *subscription) ask(names []string) {
	old := s.names
	s.names = map[string]bool{}
	for _, name := range names {
		s.names[name] = true
	}
	for name := range old {
		if !s.names[name] {
			s.forget(name)
		}
	}
}
