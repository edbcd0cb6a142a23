package run

import (
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestMetricLabels: a label that is named is a label on each engine, and without
// it a part of the name on Envoy.
func TestMetricLabels(t *testing.T) {
	wasm := harness.BuildPlugin(t, "run/testdata/labelled")
	for _, labels := range [][]string{{"tenant"}, nil} {
		onEnginesWithAdmin(t, func(t *testing.T, e Engine) {
			r := begin(t, Options{Source: wasm, Engine: e, Workers: 1, LogLevel: "off", MetricLabels: labels})
			ready := next[Ready](r)
			go drop(r)
			page(t, ready.URL+"/get")
			want := `orders{tenant="acme"} 1`
			if _, onEnvoy := e.(*envoyEngine); onEnvoy && labels == nil {
				want = "orders_tenant_acme{} 1"
			}
			for end := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				_, body := page(t, ready.Admin+"/stats/prometheus?filter=orders")
				if strings.Contains(body, want) {
					return
				}
				if time.Now().After(end) {
					t.Fatalf("%v: got %s, want %s", labels, body, want)
				}
			}
		})
	}
}
