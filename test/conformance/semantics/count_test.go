package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// wantCount is Gateway.WantMetric for counters that many cases use. On Envoy only
// the name is looked for: each VM of an Envoy counts for itself while it starts,
// and a counter begins anew when the last VM that has it ends, which may be one of
// an earlier case.
func wantCount(t *testing.T, gw *plugintest.Gateway, name string, value int64) {
	t.Helper()
	if gw.Engine() != plugintest.Envoy {
		gw.WantMetric(name, value)
		return
	}
	gw.Eventually("metric "+name, func() bool {
		_, ok := gw.Metric(name)
		return ok
	})
}
