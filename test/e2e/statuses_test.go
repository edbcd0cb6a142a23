package e2e

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// overLimit is a body that no gateway holds: the limit of each is 1 MiB.
const overLimit = 3 << 20

// patience is how long a request may hang before it counts as hanging for
// ever: nothing in the table takes a tenth of that.
const patience = 4 * time.Second

// statusCase is a request to the plugin testdata/statuses, and what comes of it.
type statusCase struct {
	name   string
	ask    map[string]string // request headers that tell the plugin what to do
	body   int               // bytes of the request's body; 0 sends a GET
	answer int               // bytes of the response's body; -1 sends none

	hangs  bool
	status int               // 0 means 200
	got    map[string]string // response headers; "" means absent
}

// statusCases is what a stock Envoy does with allow_on_headers_stop_iteration,
// for header and data statuses in both directions.
func statusCases() []statusCase {
	req := func(status string) map[string]string { return map[string]string{"x-request-headers": status} }
	res := func(status string) map[string]string { return map[string]string{"x-response-headers": status} }
	with := func(m map[string]string, key, value string) map[string]string { m[key] = value; return m }
	return []statusCase{
		{name: "request 0 GET", ask: req("0"), answer: 2, got: map[string]string{"Upstream-Body": "0", "Upstream-X-Late": ""}},
		{name: "request 0 POST", ask: req("0"), body: 5, answer: 2, got: map[string]string{"Upstream-Body": "5", "Upstream-X-Late": "", "X-Request-Calls": "headers body body"}},
		{name: "request 1 GET", ask: req("1"), answer: 2, hangs: true},
		{name: "request 1 POST", ask: req("1"), body: 5, answer: 2, got: map[string]string{"Upstream-Body": "5", "Upstream-X-Late": "body"}},
		{name: "request 1 POST buffered", ask: with(req("1"), "x-request-data", "1"), body: 5, answer: 2, got: map[string]string{"Upstream-Body": "5", "Upstream-X-Late": "body", "Upstream-X-Body-Size": "5"}},
		{name: "request 1 POST resumed", ask: with(with(req("1"), "x-request-data", "1"), "x-resume", "request"), body: 5, answer: 2, got: map[string]string{"Upstream-Body": "5"}},
		{name: "request 2 GET", ask: req("2"), answer: 2, got: map[string]string{"Upstream-Body": "0"}},
		{name: "request 2 POST", ask: req("2"), body: 5, answer: 2, got: map[string]string{"Upstream-Body": "5", "X-Request-Calls": "headers body body"}},
		{name: "request 3 POST", ask: req("3"), body: 5, answer: 2, hangs: true},
		{name: "request 3 GET resumed", ask: with(req("3"), "x-resume", "request"), answer: 2, got: map[string]string{"Upstream-Body": "0"}},
		{name: "request 3 POST resumed", ask: with(req("3"), "x-resume", "request"), body: 5, answer: 2, got: map[string]string{"Upstream-Body": "5"}},
		{name: "request 3 POST over the limit", ask: req("3"), body: overLimit, answer: 2, status: 413},
		{name: "request 4 POST", ask: req("4"), body: 5, answer: 2, hangs: true},
		{name: "request 4 GET resumed", ask: with(req("4"), "x-resume", "request"), answer: 2, got: map[string]string{"Upstream-Body": "0"}},
		{name: "request 4 POST resumed over the limit", ask: with(req("4"), "x-resume", "request"), body: overLimit, answer: 2, got: map[string]string{"Upstream-Body": strconv.Itoa(overLimit)}},
		{name: "request data 1 over the limit", ask: with(req("0"), "x-request-data", "1"), body: overLimit, answer: 2, status: 413},

		{name: "response 0", ask: res("0"), answer: 2, got: map[string]string{"X-Late": ""}},
		{name: "response 1", ask: res("1"), answer: 2, got: map[string]string{"X-Late": "body", "X-Response-Calls": "headers body"}},
		{name: "response 1 no body", ask: res("1"), answer: -1, hangs: true},
		{name: "response 2", ask: res("2"), answer: 2, got: map[string]string{"X-Response-Calls": "headers"}},
		{name: "response 3", ask: res("3"), answer: 2, hangs: true},
		{name: "response 3 resumed", ask: with(res("3"), "x-resume", "response"), answer: 2, got: map[string]string{}},
		{name: "response 3 over the limit", ask: res("3"), answer: overLimit, status: 500},
		{name: "response 4", ask: res("4"), answer: 2, hangs: true},
		{name: "response 4 resumed over the limit", ask: with(res("4"), "x-resume", "response"), answer: overLimit, got: map[string]string{}},
		{name: "response data 1 over the limit", ask: with(res("1"), "x-response-data", "1"), answer: overLimit, status: 500},
	}
}

// TestStatuses runs the table on every engine.
func TestStatuses(t *testing.T) {
	wasm := harness.BuildPlugin(t, "test/e2e/testdata/statuses")
	onEvery(t, func(t *testing.T, e engine) {
		address := backend(t)
		routes := write(t, "routes.yaml", "routes:\n- {name: all, prefix: /, cluster: backend}\nclusters:\n  backend: "+address+"\n")
		s := e.run(t, wasm, "--routes", routes)
		var hanging sync.WaitGroup
		defer hanging.Wait()
		for _, c := range statusCases() {
			if !c.hangs {
				t.Run(c.name, func(t *testing.T) { c.check(t, s) })
				continue
			}
			hanging.Add(1) // those that wait for nothing do so together
			go func() {
				defer hanging.Done()
				c.checkHangs(t, s)
			}()
		}
	})
}

func (c statusCase) check(t *testing.T, s *session) {
	res, size, err := c.send(s, 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	want := max(c.status, 0)
	if want == 0 {
		want = http.StatusOK
	}
	if res.StatusCode != want {
		t.Fatalf("status is %d, want %d", res.StatusCode, want)
	}
	if want == http.StatusOK && size != max(c.answer, 0) {
		t.Errorf("the response has %d bytes, want %d", size, c.answer)
	}
	for name, value := range c.got {
		if got := res.Header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

func (c statusCase) checkHangs(t *testing.T, s *session) {
	res, _, err := c.send(s, patience)
	if err == nil {
		t.Errorf("%s: status is %d, want no answer", c.name, res.StatusCode)
	} else if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%s: %v, want no answer", c.name, err)
	}
}

// send makes the request and reads the answer to its end.
func (c statusCase) send(s *session, timeout time.Duration) (*http.Response, int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	method, answer := http.MethodGet, "/?n="+strconv.Itoa(c.answer)
	if c.body > 0 {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, s.url(answer), strings.NewReader(strings.Repeat("y", c.body)))
	if err != nil {
		return nil, 0, err
	}
	for name, value := range c.ask {
		req.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	res, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	return res, int(n), err
}
