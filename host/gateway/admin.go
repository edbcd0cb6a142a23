package gateway

import (
	"fmt"
	"io"
	"net/http"
	"regexp"

	"github.com/sluiceproxy/sluice/host"
)

// adminHelp lists what AdminHandler answers, in Envoy's words where it has some.
const adminHelp = `admin commands are:
  /: print out list of admin commands
  /help: print out list of admin commands
  /ready: print server state, return 200 if LIVE, otherwise return 503
  /stats: print the metrics of plugins
      filter: Regular expression (Google re2) for filtering stats
      format: Format to use; One of (text, json, prometheus)
  /stats/prometheus: print the metrics of plugins in prometheus format
      filter: Regular expression (Google re2) for filtering stats
`

// statsPrefix is what the names of plugins' metrics begin with on Envoy, where
// they are not in Prometheus' format.
const statsPrefix = "wasmcustom."

// AdminHandler answers what Envoy's admin endpoint answers about plugins: /ready,
// /stats (filter=REGEX; format=text, json or prometheus), /stats/prometheus with
// the same filter, and / with a list of these. Names are as on Envoy, so the
// same requests work on both; of the gateway itself nothing is counted. It only
// reads. It is for a listener of its own that clients can't reach.
func (g *Gateway) AdminHandler() http.Handler {
	mux := http.NewServeMux()
	list := func(w http.ResponseWriter, _ *http.Request) { adminText(w, http.StatusOK, adminHelp) }
	mux.HandleFunc("GET /{$}", list)
	mux.HandleFunc("GET /help", list)
	mux.HandleFunc("GET /ready", g.adminReady)
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, r *http.Request) {
		g.adminStats(w, r, r.URL.Query().Get("format"))
	})
	mux.HandleFunc("GET /stats/prometheus", func(w http.ResponseWriter, r *http.Request) {
		g.adminStats(w, r, "prometheus")
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		adminText(w, http.StatusNotFound, "invalid path. "+adminHelp)
	})
	return mux
}

// adminText answers with text, and the headers that Envoy has.
func adminText(w http.ResponseWriter, status int, text string) {
	adminHeaders(w, "text/plain; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that went away wants nothing
}

func adminHeaders(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-cache, max-age=0")
	h.Set("X-Content-Type-Options", "nosniff")
}

func (g *Gateway) adminReady(w http.ResponseWriter, _ *http.Request) {
	if g.closed() {
		adminText(w, http.StatusServiceUnavailable, "DRAINING\n")
		return
	}
	adminText(w, http.StatusOK, "LIVE\n")
}

// adminStats writes the metrics that the filter leaves.
func (g *Gateway) adminStats(w http.ResponseWriter, r *http.Request, format string) {
	filter, err := regexp.Compile(r.URL.Query().Get("filter"))
	if err != nil {
		adminText(w, http.StatusBadRequest, fmt.Sprintf("Invalid re2 regex: %v\n", err))
		return
	}
	var values []host.MetricValue
	for _, v := range g.o.Metrics.Values() {
		if filter.MatchString(statsPrefix + v.Name) {
			values = append(values, v)
		}
	}
	switch format {
	case "", "text":
		adminHeaders(w, "text/plain; charset=UTF-8")
		err = statsText(w, values)
	case "json":
		adminHeaders(w, "application/json")
		err = statsJSON(w, values)
	case "prometheus":
		adminHeaders(w, "text/plain; charset=UTF-8")
		err = host.WritePrometheus(w, values)
	default:
		adminText(w, http.StatusBadRequest, "usage: /stats?format=(json|prometheus|text)\n")
	}
	if err != nil {
		g.log(host.LogDebug, "", "the admin endpoint's client went away: "+err.Error())
	}
}
