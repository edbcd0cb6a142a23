package proxywasm_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The calls work through real linear memory, and simple ones don't allocate:
// 5,000 calls may take the few chunks that their results are written to.
func TestCallsOnEnvoy(t *testing.T) {
	upstream := httptest.NewServer(http.NotFoundHandler())
	defer upstream.Close()
	g := startEnvoy(t, buildWasm(t, "calls"), upstream.Listener.Addr())
	req, err := http.NewRequest("POST", "http://"+g.addr+"/calls", strings.NewReader(strings.Repeat("b", 20_000)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("x-long", strings.Repeat("x", 8192))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	allocations, wrong, ok := strings.Cut(string(b), " wrong=")
	if !ok || wrong != "" {
		t.Fatalf("status %s, wrong: %s", resp.Status, b)
	}
	var n int
	if _, err := fmt.Sscanf(allocations, "allocations=%d", &n); err != nil || n > 20 {
		t.Errorf("%s, want at most 20 (%v)", allocations, err)
	}
}
