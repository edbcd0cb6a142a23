package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// admin answers /status, /ready and /metrics, and takes what people decide about
// rollouts.
func (s *server) admin() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		_ = e.Encode(s.status()) // the reader went away
	})
	m.HandleFunc("GET /ready", s.ready)
	m.HandleFunc("POST /plugins/{plugin}/promote", s.hand(true))
	m.HandleFunc("POST /plugins/{plugin}/abort", s.hand(false))
	m.HandleFunc("GET /metrics", s.prometheus)
	return m
}

// ready says 200 once every plugin was made ready, or can't be.
func (s *server) ready(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.sorted {
		if e.working && len(e.versions) == 0 {
			http.Error(w, e.name+" is being prepared", http.StatusServiceUnavailable)
			return
		}
	}
	if !s.read {
		http.Error(w, "the directory was not read yet", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}
