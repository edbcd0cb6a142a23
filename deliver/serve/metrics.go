package serve

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/sluiceproxy/sluice/deploy/xds"
)

// metrics are counters of this process.
type metrics struct {
	prepareOK, prepareFailed atomic.Uint64
	taken, denied            atomic.Uint64
}

func (m *metrics) prepared(err error) {
	if err != nil {
		m.prepareFailed.Add(1)
	} else {
		m.prepareOK.Add(1)
	}
}

func (m *metrics) accepted(xds.Accepted) { m.taken.Add(1) }
func (m *metrics) refused(xds.Refused)   { m.denied.Add(1) }

// states are those that a plugin can have on a node.
var states = [...]string{"running", "pending", "refused", "unknown", "denying", "passing", "removed"}

// prometheus writes the metrics as text.
func (s *server) prometheus(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	status := s.status()
	counter(w, "sluice_serve_prepared_total", "Versions of plugins that were made ready.", s.metrics.prepareOK.Load())
	counter(w, "sluice_serve_prepare_failures_total", "Attempts to make a version ready that failed.", s.metrics.prepareFailed.Load())
	counter(w, "sluice_serve_accepted_total", "Versions that nodes have taken.", s.metrics.taken.Load())
	counter(w, "sluice_serve_refused_total", "Versions that nodes have refused.", s.metrics.denied.Load())
	connected := 0
	for _, n := range status.Nodes {
		if n.Connected {
			connected++
		}
	}
	gauge(w, "sluice_serve_nodes", "Connections of nodes.")
	fmt.Fprintf(w, "sluice_serve_nodes %d\n", connected)
	gauge(w, "sluice_serve_file_problems", "Files that are not as they must be.")
	fmt.Fprintf(w, "sluice_serve_file_problems %d\n", len(status.Problems))
	gauge(w, "sluice_serve_plugin_ready", "1 for a plugin that is what its resource asks for.")
	for _, p := range status.Plugins {
		fmt.Fprintf(w, "sluice_serve_plugin_ready{plugin=\"%s\"} %d\n", label(p.Name), number(p.State == "ready"))
	}
	gauge(w, "sluice_serve_node_plugin_state", "1 for the state of a plugin on a node.")
	for _, n := range status.Nodes {
		for _, p := range n.Plugins {
			for _, state := range states {
				fmt.Fprintf(w, "sluice_serve_node_plugin_state{node=\"%s\",plugin=\"%s\",state=\"%s\"} %d\n", label(n.ID), label(p.Name), state, number(n.Connected && p.State == state))
			}
		}
	}
}

func counter(w io.Writer, name, help string, value uint64) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s counter\n%s %d\n", name, help, name, name, value)
}

func gauge(w io.Writer, name, help string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
}

// label escapes the value of a label.
func label(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s)
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
