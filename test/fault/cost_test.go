package fault

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkLimit is what a limit on the time of a callback costs a request on the
// embedded gateway: with and without it in turns, medians. One iteration is a
// round of 100 requests of each kind and gateway.
func BenchmarkLimit(b *testing.B) {
	kept := &http.Transport{MaxIdleConnsPerHost: 1, DisableCompression: true}
	defer kept.CloseIdleConnections()
	kinds := []struct {
		name string
		request
	}{
		{"headers", request{via: kept}},
		{"sum-4KB", request{op: "sum", body: strings.Repeat("b", 4<<10), via: kept}},
		{"sum-64KB", request{op: "sum", body: strings.Repeat("b", 64<<10), via: kept}},
		{"json-64KB", request{op: "json", body: `{"a":1,"b":["` + strings.Repeat(`xxxxxxx","`, 6500) + `"]}`, via: kept}},
		{"regexp-10KB", request{op: "regexp=10000", via: kept}},
	}
	free := plain()
	free.limit = -1
	beds := []*bed{newBed(b, "embedded", free), newBed(b, "embedded", plain())}
	took := make([][2][]time.Duration, len(kinds))
	for b.Loop() {
		for k, kind := range kinds {
			for i := range 200 {
				start := time.Now()
				got := beds[i%2].send(kind.request)
				took[k][i%2] = append(took[k][i%2], time.Since(start))
				if got.status != http.StatusOK {
					b.Fatal(got)
				}
			}
		}
	}
	median := func(d []time.Duration) time.Duration {
		slices.Sort(d)
		return d[len(d)/2].Round(time.Microsecond)
	}
	for k, kind := range kinds {
		b.Logf("%-12s %8s without, %8s with", kind.name, median(took[k][0]), median(took[k][1]))
	}
}
