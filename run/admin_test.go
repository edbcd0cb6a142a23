package run

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// onEnginesWithAdmin runs a test on each engine with its admin endpoint.
func onEnginesWithAdmin(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Run("embedded", func(t *testing.T) { test(t, EmbeddedWithAdmin("127.0.0.1:0")) })
	t.Run("envoy", func(t *testing.T) {
		b, err := envoy.Find(context.Background(), harness.OneEnvoy(t).Path)
		if err != nil {
			t.Fatal(err)
		}
		test(t, OnEnvoy(b, "127.0.0.1:0"))
	})
}

// page reads a page of an admin endpoint.
func page(t *testing.T, url string) (status int, body string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// TestAdmin: the requests of docs/observability.md are answered alike.
func TestAdmin(t *testing.T) {
	wasm := harness.BuildPlugin(t, "test/conformance/pages/testdata/observability")
	onEnginesWithAdmin(t, func(t *testing.T, e Engine) {
		r := begin(t, Options{Source: wasm, Engine: e, Workers: 1, LogLevel: "off"})
		ready := next[Ready](r)
		go drop(r)
		for range 3 {
			page(t, ready.URL+"/get")
		}
		page(t, ready.URL+"/secret")
		const allowed, refused = "demo_requests;method=GET;result=allowed", "demo_requests;method=GET;result=refused"
		for _, tt := range []struct {
			path   string
			status int
			want   []string
		}{
			{"/ready", 200, []string{"LIVE\n"}},
			{"/stats", 200, []string{"\nwasmcustom." + allowed + ": 3\n", "\nwasmcustom." + refused + ": 1\n"}},
			{"/stats?filter=^wasmcustom.demo", 200, []string{"wasmcustom." + allowed + ": 3\nwasmcustom." + refused + ": 1\n"}},
			{"/stats?histogram_buckets=cumulative", 200, []string{"wasmcustom.sluice_plugin_microseconds;plugin=demo;phase=request_headers: B0.5(", " B3.6e+06(4,4)\n"}},
			{"/stats?format=json", 200, []string{`{"name":"wasmcustom.` + allowed + `","value":3}`, `{"name":"wasmcustom.` + refused + `","value":1}`}},
			{"/stats/prometheus", 200, []string{"# TYPE demo_requests counter\n", "# TYPE sluice_plugin_microseconds histogram\n"}},
			{"/stats?format=prometheus", 200, []string{"# TYPE demo_requests counter\n"}},
			{"/stats?filter=(", 400, []string{"Invalid re2 regex: "}},
			{"/stats?format=xml", 400, []string{"usage: /stats?format=("}},
			{"/help", 200, []string{"admin commands are:\n  /: ", "\n  /ready: print server state, return 200 if LIVE, otherwise return 503\n", "\n  /stats: print "}},
			{"/", 200, []string{"ready", "stats/prometheus"}}, // on Envoy it is HTML
			{"/nope", 404, []string{"invalid path. admin commands are:\n"}},
		} {
			var status int
			var body string
			for end := time.Now().Add(15 * time.Second); ; time.Sleep(100 * time.Millisecond) { // Envoy folds histograms every five seconds
				status, body = page(t, ready.Admin+tt.path)
				if status == tt.status && holds("\n"+body, tt.want) {
					break
				}
				if time.Now().After(end) {
					t.Errorf("%s: %d %.300s, want %d with %q", tt.path, status, body, tt.status, tt.want)
					break
				}
			}
		}
		checkHistogram(t, ready.Admin)
		checkPage(t, ready.Admin)
	})
}

// checkPage asks what docs/observability.md asks.
func checkPage(t *testing.T, admin string) {
	t.Helper()
	lines := regexp.MustCompile(`(?m)^curl '?127\.0\.0\.1:9901([^ ']*)'? *(?:# ([^ \n]*))?`).
		FindAllStringSubmatch(harness.ReadFile(t, "docs/observability.md"), -1)
	if len(lines) != 4 {
		t.Errorf("the page has %d lines with curl", len(lines))
	}
	for _, line := range lines {
		want, _, _ := strings.Cut(line[2], "{") // Envoy orders labels as it likes
		if status, body := page(t, admin+line[1]); status != 200 || !strings.Contains(body, want) || body == "" {
			t.Errorf("%s: %d %.300q, want %s", line[1], status, body, want)
		}
	}
}

func holds(body string, want []string) bool {
	for _, w := range want {
		if !strings.Contains(body, w) {
			return false
		}
	}
	return true
}

// checkHistogram compares the shape of one in both formats; Envoy orders labels
// as it likes.
func checkHistogram(t *testing.T, admin string) {
	t.Helper()
	const filter = "filter=phase=request_headers"
	_, body := page(t, admin+"/stats?format=json&histogram_buckets=cumulative&"+filter)
	var stats struct {
		Stats []struct {
			Histograms []struct {
				Buckets []struct {
					Bound      float64 `json:"upper_bound"`
					Cumulative int
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &stats); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if b := stats.Stats[0].Histograms[0].Buckets; len(b) != 19 || b[0].Bound != 0.5 || b[18].Bound != 3.6e6 || b[18].Cumulative != 4 {
		t.Errorf("JSON: got %s", body)
	}
	_, body = page(t, admin+"/stats/prometheus?"+filter)
	var buckets, rest []string
	for _, line := range strings.Split(strings.TrimSpace(body), "\n") {
		name, _, _ := strings.Cut(line, "{")
		_, value, _ := strings.Cut(line, "} ")
		switch name {
		case "sluice_plugin_microseconds_bucket":
			_, bound, _ := strings.Cut(line, `le="`)
			bound, _, _ = strings.Cut(bound, `"`)
			buckets = append(buckets, bound)
		case "sluice_plugin_microseconds_count":
			rest = append(rest, "count "+value)
		case "sluice_plugin_microseconds_sum":
			rest = append(rest, "sum")
		}
	}
	if got := strings.Join(buckets, " "); got != "0.5 1 5 10 25 50 100 250 500 1000 2500 5000 10000 30000 60000 300000 600000 1800000 3600000 +Inf" {
		t.Errorf("buckets %s", got)
	}
	if got := strings.Join(rest, ", "); got != "sum, count 4" {
		t.Errorf("got %s in\n%s", got, body)
	}
}

// TestAdminAddress: in use is an error that names the flag, off is nothing, and
// an engine that has ended leaves nothing behind.
func TestAdminAddress(t *testing.T) {
	dir := wasmDir(t)
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	onEngines := func(addr string) map[string]Engine {
		return map[string]Engine{"embedded": EmbeddedWithAdmin(addr), "envoy": OnEnvoy(envoy.Binary{Path: os.DevNull}, addr)}
	}
	for name, e := range onEngines(busy.Addr().String()) {
		err := Run(context.Background(), Options{Source: dir, Engine: e, Listen: "127.0.0.1:0", HTTPBin: "off"})
		if err == nil || !strings.Contains(err.Error(), "is in use") || !strings.Contains(err.Error(), "use --admin to choose another address") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := begin(t, Options{Source: dir, Engine: EmbeddedWithAdmin("off")})
	if ready := next[Ready](r); ready.Admin != "" {
		t.Errorf("off: %s", ready.Admin)
	}
	r.stop()
	r = begin(t, Options{Source: dir, Engine: EmbeddedWithAdmin("127.0.0.1:0")})
	admin := strings.TrimPrefix(next[Ready](r).Admin, "http://")
	if err := checkFree(admin, "--admin"); err == nil {
		t.Error("nobody listens")
	}
	r.stop()
	if err := checkFree(admin, "--admin"); err != nil {
		t.Error(err)
	}
}

// TestAdminAfterFailure: an engine that doesn't start gives the address back.
func TestAdminAfterFailure(t *testing.T) {
	addr := harness.Addr(harness.FreePort(t))
	e := EmbeddedWithAdmin(addr)
	if err := e.Start(context.Background(), Setup{State: State{Plugins: []Plugin{{Name: "p", Code: []byte("no")}}}, Listen: "127.0.0.1:0"}); err == nil {
		t.Fatal("a broken plugin serves")
	}
	if err := checkFree(addr, "--admin"); err != nil {
		t.Error(err)
	}
}
