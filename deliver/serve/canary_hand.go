package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deliver/rollout"
)

// The errors of a request to promote or abort.
var (
	// ErrNoPlugin is about a name that no plugin has, or several.
	ErrNoPlugin = errors.New("no such plugin")
	// ErrNoCanary is about a plugin without a version that takes over.
	ErrNoCanary = errors.New("no new version is being rolled out")
)

// byHand promotes or aborts a rollout.
func (s *server) byHand(name string, promote bool) (*CanaryStatus, error) {
	s.mu.Lock()
	e, err := s.named(name)
	if err == nil && (e.canary == nil || !promote && e.canary.state.Phase != rollout.Running) {
		err = fmt.Errorf("%s: %w", e.name, ErrNoCanary)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	var events []Event
	c := e.canary
	if promote {
		events = s.promote(e, "by hand", time.Now())
	} else {
		events = s.rollBack(e, "by hand", time.Now())
	}
	out := c.status(e)
	s.mu.Unlock()
	s.announce(events)
	return out, nil
}

// named finds a plugin by NAMESPACE.NAME, or by NAME where that is the only one.
func (s *server) named(name string) (*entry, error) {
	if e := s.entries[name]; e != nil {
		return e, nil
	}
	var found *entry
	for _, e := range s.sorted {
		if e.spec.Name != name {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%q: %w: %s and %s are called that; give the namespace too", name, ErrNoPlugin, found.name, e.name)
		}
		found = e
	}
	if found == nil {
		return nil, fmt.Errorf("%q: %w; there are %s", name, ErrNoPlugin, strings.Join(sortedKeys(s.entries), ", "))
	}
	return found, nil
}

// hand answers a request to promote or abort.
func (s *server) hand(promote bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, err := s.byHand(r.PathValue("plugin"), promote)
		switch {
		case errors.Is(err, ErrNoPlugin):
			http.Error(w, err.Error(), http.StatusNotFound)
		case err != nil:
			http.Error(w, err.Error(), http.StatusConflict)
		default:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(status) // the reader went away
		}
	}
}
