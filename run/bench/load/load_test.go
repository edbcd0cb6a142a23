package load

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestFire(t *testing.T) {
	var bodies int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies += len(b)
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer s.Close()
	address := s.Listener.Addr().String()
	l, err := Fire(address, []byte("POST / HTTP/1.1\r\nhost: bench.test\r\ncontent-length: 10\r\n\r\n0123456789"), 200, 1, 50*time.Millisecond)
	if err != nil || l.Requests == 0 || bodies != 10*l.Requests {
		t.Errorf("%d requests with %d bytes, %v", l.Requests, bodies, err)
	}
	if p50, p99 := l.Quantile(0.5), l.Quantile(0.99); p50 <= 0 || p99 < p50 || l.Quantile(1) < p99 {
		t.Errorf("quantiles %v %v", p50, p99)
	}
	if _, err := Fire(address, []byte("GET /broken HTTP/1.1\r\nhost: bench.test\r\n\r\n"), 200, 2, 50*time.Millisecond); err == nil || !strings.Contains(err.Error(), "502") {
		t.Errorf("a wrong status gave %v", err)
	}
	s.Close()
	if _, err := Fire(address, []byte("GET / HTTP/1.1\r\nhost: bench.test\r\n\r\n"), 200, 1, 50*time.Millisecond); err == nil {
		t.Error("nobody listens, but there is no error")
	}
}

// The scheduler's count goes up while the process computes.
func TestCPUTime(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("schedstat is Linux'")
	}
	before, err := CPU(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
	}
	after, err := CPU(os.Getpid())
	if err != nil || after-before < 5*time.Millisecond {
		t.Errorf("counted %v, %v", after-before, err)
	}
	if m, err := Resident(os.Getpid()); err != nil || m < 1<<20 {
		t.Errorf("resident: %d bytes, %v", m, err)
	}
	if _, err := CPU(1 << 30); err == nil {
		t.Error("no error for a process that isn't there")
	}
}
