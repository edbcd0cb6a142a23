package upstream_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// spy is a Tap that writes down what it sees.
type spy struct {
	mu   sync.Mutex
	seen []string
}

func (s *spy) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, text)
}

func (s *spy) HTTP(cluster string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
	kind := " request "
	if upstream.IsCallout(r.Context()) {
		kind = " callout "
	}
	s.note(cluster + kind + r.Host)
	return next.RoundTrip(r)
}

func (s *spy) Redis(_ context.Context, cluster string, query []byte, r host.RedisResponse) {
	s.note(cluster + string(query) + string(r.Body))
}

// fixedRedis answers everything with +OK.
type fixedRedis struct{}

func (fixedRedis) Do(_ context.Context, _ []byte, done func(host.RedisResponse)) error {
	done(host.RedisResponse{Body: []byte("+OK\r\n")})
	return nil
}

// TestTap: a tap sees requests and callouts, and can tell them apart.
func TestTap(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hi") }))
	defer s.Close()
	tap := &spy{}
	c, err := upstream.New(upstream.Options{Tap: tap}, upstream.Cluster{Name: "a", URL: s.URL}, upstream.Cluster{Name: "r", Redis: fixedRedis{}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	rt, _ := c.RoundTripper("a")
	req := httptest.NewRequest(http.MethodGet, "http://one.test/", nil)
	res, err := rt.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	done := make(chan host.HTTPCallResponse, 1)
	call := host.HTTPCallRequest{Headers: [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "two.test"}}}
	if err := c.HTTPCall(t.Context(), "a", call, func(r host.HTTPCallResponse) { done <- r }); err != nil {
		t.Fatal(err)
	}
	if r := <-done; string(r.Body) != "hi" {
		t.Errorf("the callout's answer is %q, %v", r.Body, r.Err)
	}
	if want := []string{"a request one.test", "a callout two.test"}; !slices.Equal(tap.seen, want) {
		t.Errorf("seen %q, want %q", tap.seen, want)
	}
	conn, err := c.Redis("r", host.RedisOptions{})
	if err != nil {
		t.Fatal(err)
	}
	answer := ""
	if err := conn.Do(t.Context(), []byte("*1\r\n$4\r\nPING\r\n"), func(r host.RedisResponse) { answer = string(r.Body) }); err != nil || answer != "+OK\r\n" {
		t.Errorf("Redis in the process answers %q, %v", answer, err)
	}
}
