package harness

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

const (
	// pollEvery is the pause between two attempts of a helper that waits.
	pollEvery = 50 * time.Millisecond
	// requestTimeout bounds one request, so that a hanging one is a failure.
	requestTimeout = 20 * time.Second
	// maxBody bounds what is read of an answer.
	maxBody = 64 << 20
)

// Reply is a complete HTTP answer.
type Reply struct {
	// Status is the status code, such as 200.
	Status int
	// Header is the answer's header.
	Header http.Header
	// Body is the whole body.
	Body []byte
}

// String shows the status and the body as a failed test prints them.
func (r Reply) String() string { return fmt.Sprintf("%d %q", r.Status, r.Body) }

// Do sends req and returns the answer; the test fails when there is none.
func Do(t testing.TB, req *http.Request) Reply {
	t.Helper()
	reply, err := do(req, requestTimeout)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// Get fetches url and returns the answer; the test fails when there is none.
func Get(t testing.TB, url string) Reply {
	t.Helper()
	return Do(t, newGet(t, url))
}

// WaitHTTP fetches url until ok accepts the answer, which it returns; nil
// accepts status 200. The test fails after timeout, with the last answer.
func WaitHTTP(t testing.TB, url string, timeout time.Duration, ok func(Reply) bool) Reply {
	t.Helper()
	reply, err := waitHTTP(newGet(t, url), timeout, nil, ok)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// WaitHTTP is as the function of that name, and fails at once when the process
// ends.
func (p *Process) WaitHTTP(url string, timeout time.Duration, ok func(Reply) bool) Reply {
	p.t.Helper()
	reply, err := waitHTTP(newGet(p.t, url), timeout, p.done, ok)
	if err != nil {
		p.t.Fatal(err)
	}
	return reply
}

// newGet returns a request for url.
func newGet(t testing.TB, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// waitHTTP sends req until ok accepts the answer, gone is closed or timeout
// passes. Its error says what the last attempt gave.
func waitHTTP(req *http.Request, timeout time.Duration, gone <-chan struct{}, ok func(Reply) bool) (Reply, error) {
	if ok == nil {
		ok = func(r Reply) bool { return r.Status == http.StatusOK }
	}
	deadline := time.Now().Add(timeout)
	for {
		reply, err := do(req, max(pollEvery, min(requestTimeout, time.Until(deadline))))
		if err == nil && ok(reply) {
			return reply, nil
		}
		last := fmt.Sprint(reply)
		if err != nil {
			last = err.Error()
		}
		if time.Now().Add(pollEvery).After(deadline) {
			return Reply{}, fmt.Errorf("%s: not as wanted within %s; last: %s", req.URL, timeout, last)
		}
		select {
		case <-gone:
			return Reply{}, fmt.Errorf("%s: the process ended; last: %s", req.URL, last)
		case <-time.After(pollEvery):
		}
	}
}

// do sends req on a connection of its own, because a restarted server would
// reset a kept one, follows no redirect, and reads the whole answer.
func do(req *http.Request, timeout time.Duration) (Reply, error) {
	transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	client := http.Client{Transport: transport, Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	res, err := client.Do(req)
	if err != nil {
		return Reply{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return Reply{}, fmt.Errorf("read the answer of %s: %w", req.URL, err)
	}
	return Reply{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}
