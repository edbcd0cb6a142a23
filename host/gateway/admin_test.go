package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// counting is a plugin that has a counter of 3, a gauge of -2 and a histogram of
// 0 and 30 as soon as it is configured, and a histogram without records.
func counting() []byte {
	p := newPlug()
	define := p.m.Import("env", "proxy_define_metric", "iiii:i")
	record := p.m.Import("env", "proxy_record_metric", "iI:i")
	metric := func(kind int32, name string, values ...int64) []byte {
		code := cat(wasmtest.I32(kind), p.text(name), wasmtest.I32(scratch), wasmtest.Call(define), wasmtest.Drop)
		for _, v := range values {
			code = cat(code, wasmtest.I32(scratch), wasmtest.Load(0), wasmtest.I64(v), wasmtest.Call(record), wasmtest.Drop)
		}
		return code
	}
	p.on("on_configure", metric(0, "requests;method=GET", 3), metric(1, "open", -2), metric(2, "took", 0, 30), metric(2, "never"))
	return p.bytes()
}

// admin is a gateway's admin endpoint.
func admin(t *testing.T, o Options) (*bench, func(method, path string) answer) {
	b := start(t, o, http.NotFoundHandler())
	srv := httptest.NewServer(b.g.AdminHandler())
	t.Cleanup(srv.Close)
	return b, func(method, path string) answer {
		t.Helper()
		req, err := http.NewRequest(method, srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return do(t, srv.Client(), req)
	}
}

func TestAdmin(t *testing.T) {
	_, ask := admin(t, Options{Plugins: []Plugin{{Name: "p", Code: counting()}}, Concurrency: 1})
	took := "wasmcustom.took: B0.5(1,1) B1(1,1) B5(1,1) B10(1,1) B25(1,1) B50(2,2) B100(2,2) B250(2,2) B500(2,2) B1000(2,2)" +
		" B2500(2,2) B5000(2,2) B10000(2,2) B30000(2,2) B60000(2,2) B300000(2,2) B600000(2,2) B1.8e+06(2,2) B3.6e+06(2,2)\n"
	counts := "wasmcustom.open: -2\nwasmcustom.requests;method=GET: 3\n"
	for _, tt := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/ready", 200, "LIVE\n"},
		{"HEAD", "/ready", 200, ""},
		{"GET", "/", 200, adminHelp},
		{"GET", "/help", 200, adminHelp},
		{"GET", "/nope", 404, "invalid path. " + adminHelp},
		{"GET", "/stats/", 404, "invalid path. " + adminHelp},
		{"POST", "/stats", 405, "Method Not Allowed\n"},
		{"GET", "/stats", 200, counts + "wasmcustom.never: No recorded values\n" + took},
		{"GET", "/stats?format=text&filter=took", 200, took},
		{"GET", "/stats?filter=^wasmcustom.requests", 200, "wasmcustom.requests;method=GET: 3\n"},
		{"GET", "/stats?filter=^requests", 200, ""},
		{"GET", "/stats?filter=(", 400, "Invalid re2 regex: error parsing regexp: missing closing ): `(`\n"},
		{"GET", "/stats?format=xml", 400, "usage: /stats?format=(json|prometheus|text)\n"},
		{"GET", "/stats?format=json&filter=open|requests", 200,
			`{"stats":[{"name":"wasmcustom.open","value":-2},{"name":"wasmcustom.requests;method=GET","value":3}]}` + "\n"},
		{"GET", "/stats/prometheus?filter=open|requests", 200,
			"# TYPE open gauge\nopen -2\n# TYPE requests counter\nrequests{method=\"GET\"} 3\n"},
		{"GET", "/stats?format=prometheus&filter=open", 200, "# TYPE open gauge\nopen -2\n"},
	} {
		got := ask(tt.method, tt.path)
		if got.StatusCode != tt.status || got.body != tt.want {
			t.Errorf("%s %s: %d %q, want %d %q", tt.method, tt.path, got.StatusCode, got.body, tt.status, tt.want)
		}
		if tt.status == 200 && got.Header.Get("Cache-Control") != "no-cache, max-age=0" {
			t.Errorf("%s: headers %v", tt.path, got.Header)
		}
	}
}

// TestAdminJSON: histograms have the shape that Envoy's have.
func TestAdminJSON(t *testing.T) {
	_, ask := admin(t, Options{Plugins: []Plugin{{Name: "p", Code: counting()}}, Concurrency: 1})
	got := ask("GET", "/stats?format=json&histogram_buckets=cumulative&filter=took")
	var stats struct {
		Stats []struct {
			Histograms []struct {
				Name    string
				Buckets []struct {
					Bound      float64 `json:"upper_bound"`
					Cumulative int
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got.body), &stats); err != nil {
		t.Fatal(err)
	}
	h := stats.Stats[0].Histograms[0]
	if h.Name != "wasmcustom.took" || len(h.Buckets) != 19 || h.Buckets[0].Bound != 0.5 || h.Buckets[0].Cumulative != 1 || h.Buckets[5].Cumulative != 2 {
		t.Errorf("got %s", got.body)
	}
	if got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", got.Header)
	}
}

// TestAdminReady: a gateway that ends says so.
func TestAdminReady(t *testing.T) {
	b, ask := admin(t, Options{})
	if err := b.g.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := ask("GET", "/ready"); got.StatusCode != 503 || got.body != "DRAINING\n" {
		t.Errorf("got %d %q", got.StatusCode, got.body)
	}
}
