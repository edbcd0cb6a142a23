package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// A filter that waits at a part of a body can change it although more has come
// meanwhile.
func TestPartsThatWait(t *testing.T) {
	wasm := harness.BuildPlugin(t, "test/e2e/testdata/parts")
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	defer up.Close()
	onBoth(t, func(t *testing.T, e engine) {
		routes := write(t, "routes.yaml", "routes:\n- {name: all, prefix: /, cluster: up}\nclusters:\n  up: "+strings.TrimPrefix(up.URL, "http://")+"\n")
		s := e.run(t, wasm, "--routes", routes, "--no-watch")
		for _, pause := range []time.Duration{0, 40 * time.Millisecond, 200 * time.Millisecond} {
			r, w := io.Pipe()
			go func() {
				for _, part := range []string{"ab", "cd", "ef", "gh"} {
					_, _ = io.WriteString(w, part)
					time.Sleep(pause)
				}
				w.Close()
			}()
			req, err := http.NewRequest(http.MethodPost, s.url("/"), r)
			if err != nil {
				t.Fatal(err)
			}
			resp := harness.Do(t, req)
			if got := strings.ReplaceAll(string(resp.Body), ".", ""); resp.Status != http.StatusOK || got != "ABCDEFGH" {
				t.Errorf("parts every %s: %d %q", pause, resp.Status, resp.Body)
			}
		}
	})
}
