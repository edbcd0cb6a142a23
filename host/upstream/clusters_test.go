package upstream

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func newClusters(t *testing.T, o Options, list ...Cluster) *Clusters {
	t.Helper()
	c, err := New(o, list...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestBadClusters(t *testing.T) {
	for name, c := range map[string]struct {
		list []Cluster
		want string
	}{
		"no name":     {[]Cluster{{URL: "http://a:1"}}, "no name"},
		"twice":       {[]Cluster{{Name: "a", URL: "http://a:1"}, {Name: "a", URL: "http://b:1"}}, `"a" is there twice`},
		"no URL":      {[]Cluster{{Name: "a"}}, "scheme"},
		"no scheme":   {[]Cluster{{Name: "a", URL: "host:80"}}, "scheme"},
		"scheme":      {[]Cluster{{Name: "a", URL: "ftp://a"}}, "scheme"},
		"no host":     {[]Cluster{{Name: "a", URL: "http://:80"}}, "no host"},
		"unreadable":  {[]Cluster{{Name: "a", URL: "http://a b:%"}}, "can't be read"},
		"path":        {[]Cluster{{Name: "a", URL: "http://a/x"}}, "only scheme, host and port"},
		"query":       {[]Cluster{{Name: "a", URL: "http://a?x"}}, "only scheme, host and port"},
		"user":        {[]Cluster{{Name: "a", URL: "http://u:secret@a"}}, "only scheme, host and port"},
		"bad address": {[]Cluster{{Name: "a", URL: "http://a", Addresses: []string{"b"}}}, `"b" is not host:port`},
	} {
		_, err := New(Options{}, c.list...)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestLookUps(t *testing.T) {
	c := newClusters(t, Options{}, Cluster{Name: "b", URL: "http://[::1]"}, Cluster{Name: "a", URL: "https://x:1/", Addresses: []string{"y:2"}}, Cluster{Name: "r", URL: "redis://z"})
	if got := fmt.Sprint(c.Names()); got != "[a b r]" {
		t.Errorf("names %s", got)
	}
	for name, want := range map[string]string{"a": "[x:1 y:2]", "b": "[[::1]:80]", "r": "[z:6379]", "none": "[]"} {
		if got := fmt.Sprint(c.Addresses(name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if _, ok := c.RoundTripper("none"); ok || c.Has("none") || !c.Has("a") {
		t.Error("an unknown name")
	}
	if err := c.Replace(Cluster{Name: "x", URL: "bad"}); err == nil || !c.Has("a") {
		t.Errorf("a bad list must leave the set as it was: %v", err)
	}
	if err := c.Replace(Cluster{Name: "x", URL: "http://x"}); err != nil || c.Has("a") || !c.Has("x") {
		t.Errorf("Replace: %v", err)
	}
	rt, _ := c.RoundTripper("x")
	_ = c.Replace(Cluster{Name: "r", URL: "redis://z"})
	redis, _ := c.RoundTripper("r")
	req := httptest.NewRequest("GET", "/", nil)
	if _, err := redis.RoundTrip(req); err == nil || !strings.Contains(err.Error(), "speaks redis") || rt == nil {
		t.Errorf("HTTP to Redis: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s %s", r.Proto, r.Method, r.Host, r.RequestURI)
	})
	plain, secure := httptest.NewServer(echo), httptest.NewTLSServer(echo)
	defer plain.Close()
	defer secure.Close()
	h2c := httptest.NewUnstartedServer(echo)
	h2c.Config.Protocols = new(http.Protocols)
	h2c.Config.Protocols.SetUnencryptedHTTP2(true)
	h2c.Start()
	defer h2c.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	c := newClusters(t, Options{},
		Cluster{Name: "plain", URL: plain.URL}, Cluster{Name: "h2c", URL: "h2c" + strings.TrimPrefix(h2c.URL, "http")},
		Cluster{Name: "tls", URL: secure.URL, TLS: &tls.Config{RootCAs: roots, ServerName: "example.com"}},
		Cluster{Name: "inside", Transport: inside{echo}})
	for name, want := range map[string]string{
		"plain": "HTTP/1.1 GET a.example /p%2Fq?x=1", "h2c": "HTTP/2.0 GET a.example /p%2Fq?x=1",
		"tls": "HTTP/1.1 GET a.example /p%2Fq?x=1", "inside": "HTTP/1.1 GET a.example http://in-process:80/p%2Fq?x=1",
	} {
		rt, _ := c.RoundTripper(name)
		req, _ := http.NewRequest("GET", "http://placeholder/p%2Fq?x=1", nil)
		req.Host = "a.example"
		resp, err := rt.RoundTrip(req)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if got := strings.Replace(string(b), "HTTP/2.0 GET", "HTTP/2.0 GET", 1); name != "tls" && got != want || name == "tls" && !strings.HasSuffix(got, "GET a.example /p%2Fq?x=1") {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if req.URL.Host != "placeholder" {
			t.Errorf("%s: the caller's request was changed", name)
		}
	}
}

// inside serves requests in the process.
type inside struct{ h http.Handler }

func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.RequestURI = r.URL.String(); r.Body == nil {
		r.Body = http.NoBody
	}
	i.h.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestAddressesTakeTurns(t *testing.T) {
	var mu sync.Mutex
	hits := map[string]int{}
	var addrs []string
	for range 3 {
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			hits[r.Context().Value(http.LocalAddrContextKey).(fmt.Stringer).String()]++
		}))
		defer s.Close()
		addrs = append(addrs, s.Listener.Addr().String())
	}
	c := newClusters(t, Options{}, Cluster{Name: "a", URL: "http://" + addrs[0], Addresses: addrs[1:]})
	rt, _ := c.RoundTripper("a")
	for range 9 {
		req, _ := http.NewRequest("GET", "http://x/", nil)
		resp, err := rt.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	for _, a := range addrs {
		if hits[a] != 3 {
			t.Errorf("hits %v, want 3 each", hits)
		}
	}
}

func TestReplaceWhileInUse(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	c := newClusters(t, Options{}, Cluster{Name: "a", URL: s.URL})
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				rt, ok := c.RoundTripper("a")
				if !ok {
					t.Error("the cluster vanished")
					return
				}
				req, _ := http.NewRequest("GET", "http://x/", nil)
				if resp, err := rt.RoundTrip(req); err != nil {
					t.Error(err)
				} else {
					_ = resp.Body.Close()
				}
				if err := c.Replace(Cluster{Name: "a", URL: s.URL}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
}
