package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// backend is an upstream that says in its response header what reached it.
//
// It answers a body of as many bytes as the query parameter n says, 2 without
// one, and /delay/0.1 after a tenth of a second.
func backend(t *testing.T) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/delay/0.1" {
			time.Sleep(100 * time.Millisecond)
		}
		body, _ := io.ReadAll(r.Body)
		h := w.Header()
		h.Set("Upstream-Body", strconv.Itoa(len(body)))
		for _, name := range []string{"X-Late", "X-Request-Calls", "X-Body-Size"} {
			if v := r.Header.Get(name); v != "" {
				h.Set("Upstream-"+name, v)
			}
		}
		n, err := strconv.Atoi(r.URL.Query().Get("n"))
		if err != nil {
			n = 2
		}
		h.Set("Content-Type", "text/plain")
		if n > 0 {
			_, _ = io.WriteString(w, strings.Repeat("x", n))
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}
