package run

import (
	"context"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestEmbeddedEndsEndlessLoops: a plugin in an endless loop must not stop the
// process that it runs in.
func TestEmbeddedEndsEndlessLoops(t *testing.T) {
	code, err := os.ReadFile(harness.BuildPlugin(t, "test/fault/testdata/faults"))
	if err != nil {
		t.Fatal(err)
	}
	bin, err := startHTTPBin("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer bin.Close()
	clusters := httpbinClusters(bin.Addr().String())
	var mu sync.Mutex
	var logged []string
	e := Embedded().(*embeddedEngine)
	if e.callTimeout != CallTimeout {
		t.Errorf("the limit is %s, want %s", e.callTimeout, CallTimeout)
	}
	e.callTimeout = time.Second
	err = e.Start(context.Background(), Setup{
		State:  State{Plugins: []Plugin{{"faults", code, []byte(`{"name":"one"}`)}}, Routes: defaultRoutes(clusters), Clusters: clusters},
		Listen: "127.0.0.1:0", Workers: 1, LogLevel: "warn",
		OnEvent: func(event Event) {
			if l, ok := event.(Log); ok {
				mu.Lock()
				defer mu.Unlock()
				logged = append(logged, l.Text)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()

	looping := make(chan int)
	go func() { looping <- ask(t, e.Addr(), "loop") }()
	select {
	case status := <-looping:
		t.Errorf("the loop ended before its time, with %d", status)
	case <-time.After(200 * time.Millisecond):
		runtime.GC() // needs every goroutine to stop for a moment
	}
	if status := <-looping; status != http.StatusServiceUnavailable {
		t.Errorf("the request that loops got %d, want 503", status)
	}
	for deadline := time.Now().Add(30 * time.Second); ask(t, e.Addr(), "config") != http.StatusOK; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no new VM")
		}
	}
	mu.Lock()
	defer mu.Unlock()
	all := strings.Join(logged, "\n")
	for _, want := range []string{"proxy_on_request_headers failed: no return within the time limit of 1s", "look for a loop", "restarted after: "} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in the log:\n%s", want, all)
		}
	}
}

// ask makes the plugin do something and returns the status.
func ask(t *testing.T, addr, op string) int {
	req, err := http.NewRequest("GET", "http://"+addr+"/get", nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	req.Header.Set("X-Op", op)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}
