package harness

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mccutchen/go-httpbin/v2/httpbin"
)

func TestWaitHTTPAsksAgain(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	WaitHTTP(t, server.URL, 20*time.Second, nil)
	if got := calls.Load(); got != 3 {
		t.Errorf("requests: got %d, want 3", got)
	}
	if got := Get(t, server.URL); got.Status != http.StatusOK {
		t.Errorf("Get: got %s", got)
	}
}

func TestWaitHTTPGivesUp(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	record(t, func(t testing.TB) {
		WaitHTTP(t, server.URL, 200*time.Millisecond, nil)
	}).wantFailure(t, "not as wanted within 200ms", "404", "page not found")
	record(t, func(t testing.TB) {
		WaitHTTP(t, URL(FreePort(t), "/"), 200*time.Millisecond, nil)
	}).wantFailure(t, "connection refused")
	record(t, func(t testing.TB) { Get(t, "http://127.0.0.1:none/") }).wantFailure(t, "invalid")
}

func TestGetEcho(t *testing.T) {
	server := httptest.NewServer(httpbin.New())
	defer server.Close()
	req, err := http.NewRequest(http.MethodGet, server.URL+"/get?a=1&a=2", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("hello", "world")
	req.Header.Set("X-Forwarded-Proto", "https")
	echo := ParseEcho(t, Do(t, req))
	if got := echo.Header("HELLO"); got != "world" {
		t.Errorf("header: got %q", got)
	}
	if got := echo.Args["a"]; len(got) != 2 || got[1] != "2" {
		t.Errorf("args: got %v", got)
	}
	if want := "https" + server.URL[len("http"):] + "/get?a=1&a=2"; echo.URL != want {
		t.Errorf("url: got %q, want %q", echo.URL, want)
	}
	if got := GetEcho(t, server.URL+"/get").Header("hello"); got != "" {
		t.Errorf("absent header: got %q", got)
	}
}

func TestParseEcho(t *testing.T) {
	original := `{"args": {}, "headers": {"Hello": "world"}, "origin": "172.18.0.3", "url": "https://127.0.0.1:10000/get"}`
	echo, err := parseEcho(Reply{Status: 200, Body: []byte(original)})
	if err != nil || echo.Header("hello") != "world" {
		t.Errorf("the original httpbin's answer: %v, %v", echo, err)
	}
	for name, reply := range map[string]Reply{
		"status":         {Status: 503, Body: []byte(original)},
		"not JSON":       {Status: 200, Body: []byte("hello world")},
		"number in list": {Status: 200, Body: []byte(`{"headers": {"Hello": [1]}}`)},
		"object":         {Status: 200, Body: []byte(`{"headers": {"Hello": {}}}`)},
	} {
		if echo, err := parseEcho(reply); err == nil {
			t.Errorf("%s: want an error, got %v", name, echo)
		}
	}
}

func TestFreePorts(t *testing.T) {
	seen := map[int]bool{}
	for _, port := range FreePorts(t, 20) {
		if port <= 0 || port > 65535 || seen[port] {
			t.Errorf("port %d is out of range or given twice", port)
		}
		seen[port] = true
	}
	if got := URL(80, "/get"); got != "http://127.0.0.1:80/get" {
		t.Errorf("URL: got %q", got)
	}
}
