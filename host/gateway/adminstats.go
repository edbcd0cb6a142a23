package gateway

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/sluiceproxy/sluice/host"
)

// statsText writes one metric a line as Envoy's /stats does: counters and gauges
// first, then histograms in the form of histogram_buckets=cumulative. Envoy
// shows the last interval beside the whole time; there are no intervals here, so
// both are the whole time.
func statsText(w io.Writer, values []host.MetricValue) error {
	out := bufio.NewWriter(w)
	bounds := host.HistogramBounds()
	for _, v := range values {
		if v.Type != host.MetricHistogram {
			fmt.Fprintf(out, "%s%s: %s\n", statsPrefix, v.Name, statsNumber(v))
		}
	}
	for _, v := range values {
		if v.Type != host.MetricHistogram {
			continue
		}
		fmt.Fprintf(out, "%s%s:", statsPrefix, v.Name)
		if v.Value == 0 {
			fmt.Fprint(out, " No recorded values")
		}
		for i, n := range v.Buckets {
			if v.Value > 0 {
				fmt.Fprintf(out, " B%g(%d,%d)", bounds[i], n, n)
			}
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}

// statsNumber renders a counter or a gauge.
func statsNumber(v host.MetricValue) json.Number {
	if v.Type == host.MetricGauge {
		return json.Number(fmt.Sprint(int64(v.Value)))
	}
	return json.Number(fmt.Sprint(v.Value))
}

// The parts of Envoy's /stats?format=json&histogram_buckets=cumulative.
type (
	statJSON struct {
		Name  string      `json:"name"`
		Value json.Number `json:"value"`
	}
	histogramJSON struct {
		Name    string       `json:"name"`
		Buckets []bucketJSON `json:"buckets"`
	}
	bucketJSON struct {
		UpperBound float64 `json:"upper_bound"`
		Interval   uint64  `json:"interval"`
		Cumulative uint64  `json:"cumulative"`
	}
)

// statsJSON writes what statsText writes, in Envoy's JSON.
func statsJSON(w io.Writer, values []host.MetricValue) error {
	stats := []any{}
	var histograms []histogramJSON
	bounds := host.HistogramBounds()
	for _, v := range values {
		if v.Type != host.MetricHistogram {
			stats = append(stats, statJSON{statsPrefix + v.Name, statsNumber(v)})
			continue
		}
		h := histogramJSON{Name: statsPrefix + v.Name}
		for i, n := range v.Buckets {
			h.Buckets = append(h.Buckets, bucketJSON{bounds[i], n, n})
		}
		histograms = append(histograms, h)
	}
	if histograms != nil {
		stats = append(stats, map[string]any{"histograms": histograms})
	}
	return json.NewEncoder(w).Encode(map[string]any{"stats": stats})
}
