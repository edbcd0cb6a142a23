package gateway

import (
	"strings"
	"testing"
	"time"
)

// Requests that net/http refuses, or the gateway before any plugin, are in the
// access log like all others.
func TestRefusedRequestsAreLogged(t *testing.T) {
	big := strings.Repeat("x", 100<<10)
	for name, c := range map[string]struct {
		raw     string
		status  int
		details string
	}{
		"no HTTP":           {"nonsense\r\n\r\n", 400, "http1.codec_error"},
		"a broken escape":   {"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400, "http1.codec_error"},
		"no host":           {"GET / HTTP/1.1\r\n\r\n", 400, "http1.codec_error"},
		"two hosts":         {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "http1.codec_error"},
		"too large headers": {"GET / HTTP/1.1\r\nHost: h\r\nX: " + big + "\r\n\r\n", 431, "http1.headers_too_large"},
		"unknown encoding":  {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x\r\n\r\n", 501, "http1.codec_error"},
		"HTTP/1.0":          {"GET / HTTP/1.0\r\nHost: h\r\n\r\n", 426, "low_version"},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, Options{}, echo)
			b.raw(c.raw, time.Second)
			if e := b.entry(0); e.Status != c.status || e.Details != c.details || e.Start.IsZero() {
				t.Errorf("entry %+v, want %d %s", e, c.status, c.details)
			}
		})
	}
}

// What comes through the chain is logged once, however it begins, also on a
// connection that is used again.
func TestAnswersAreLoggedOnce(t *testing.T) {
	b := start(t, Options{}, echo)
	b.raw("GET /missing HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\nGET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", time.Second)
	for i, want := range []int{200, 200, 400} {
		if e := b.entry(i); e.Status != want {
			t.Errorf("entry %d: %+v, want %d", i, e, want)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.entries) != 3 {
		t.Errorf("%d entries", len(b.entries))
	}
}

func TestRefusedWith(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "HTTP/1.1 ": 0, "HTTP/1.1 40": 0, "HTTP/1.1 400": 400, "HTTP/1.1 431 x": 431, "HTTP/1.1 200 OK": 0,
		"HTTP/1.1 100 Continue": 0, "HTTP/1.1 x00": 0, "\x00\x00\x12": 0, "HTTP/1.0 400": 0,
	} {
		if got := refusedWith([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
