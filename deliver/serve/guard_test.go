package serve

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestGuard: names that lead to this machine and forms of web pages are refused.
func TestGuard(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	here, far := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}
	for _, c := range []struct {
		at                         *net.TCPAddr
		method, host, header, text string
		want                       int
	}{
		{at: here, method: "GET", host: "127.0.0.1:18001", want: 204},
		{at: here, method: "GET", host: "[::1]:18001", want: 204},
		{at: here, method: "GET", host: "[::1]", want: 204},
		{at: here, method: "GET", host: "localhost:18001", want: 204},
		{at: here, method: "GET", host: "localhost", header: "Origin", text: "https://page.example", want: 204},
		{at: here, method: "GET", host: "page.example:18001", want: 403},
		{at: here, method: "GET", host: "localhost.page.example", want: 403},
		{at: far, method: "GET", host: "status.example", want: 204},
		{at: here, method: "POST", host: "localhost:18001", want: 204},
		{at: here, method: "POST", host: "localhost:18001", header: "Origin", text: "https://page.example", want: 403},
		{at: here, method: "POST", host: "localhost:18001", header: "Origin", text: "null", want: 403},
		{at: far, method: "POST", host: "status.example", header: "Sec-Fetch-Site", text: "cross-site", want: 403},
	} {
		r := httptest.NewRequest(c.method, "/plugins/x", nil)
		if r.Host = c.host; c.header != "" {
			r.Header.Set(c.header, c.text)
		}
		w := httptest.NewRecorder()
		guard(ok, c.at).ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s %s %s %s on %v: %d, want %d", c.method, c.host, c.header, c.text, c.at, w.Code, c.want)
		}
	}
}

// TestAdminIsGuarded: the endpoint that runs has the guard.
func TestAdminIsGuarded(t *testing.T) {
	r := begin(t, t.TempDir(), Options{})
	req, err := http.NewRequest(http.MethodGet, r.admin+"/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "page.example"
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("another host's name: %s", resp.Status)
	}
	if code, _ := r.get("/status"); code != http.StatusOK {
		t.Errorf("this machine: %d", code)
	}
}
