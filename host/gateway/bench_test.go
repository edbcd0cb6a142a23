package gateway

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sluiceproxy/sluice/host/upstream"
)

// local is an upstream inside the process.
type local struct{}

func (local) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 204, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// BenchmarkRequest is the gateway's own cost for one request, without sockets:
// go test ./host/gateway -bench Request -benchmem
func BenchmarkRequest(b *testing.B) {
	for name, plugins := range map[string][]Plugin{
		"plugins=0": nil,
		"plugins=1": {{Name: "tag", Code: tagger("v1"), Config: []byte("c")}},
		"plugins=3": {{Name: "x", Code: tagger("v1")}, {Name: "y", Code: tagger("v1")}, {Name: "z", Code: tagger("v1")}},
	} {
		b.Run(name, func(b *testing.B) {
			clusters, err := upstream.New(upstream.Options{}, upstream.Cluster{Name: "up", URL: "http://in.process", Transport: local{}})
			if err != nil {
				b.Fatal(err)
			}
			g, err := New(context.Background(), Options{Runtime: sharedRuntime(), Clusters: clusters, Plugins: plugins, Routes: []Route{{Cluster: "up"}}})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = g.Shutdown(context.Background()) }()
			h := g.Handler()
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest("GET", "/x", nil)
				r.Header.Set("User-Agent", "bench")
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != 204 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
