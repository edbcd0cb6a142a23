package proxywasm_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Headers that are read from the list are what Envoy says of each.
func TestHeadersOnEnvoy(t *testing.T) {
	upstream := httptest.NewServer(http.NotFoundHandler())
	defer upstream.Close()
	g := startEnvoy(t, buildWasm(t, "headers"), upstream.Listener.Addr())
	c, err := net.DialTimeout("tcp", g.addr, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	request := "GET /a HTTP/1.1\r\nHost: a.test\r\nX-Dup: first\r\nx-dup: second\r\nX-Empty:\r\nCookie: a=1\r\ncookie: b=2\r\n" +
		"Accept: a\r\naccept: b\r\nX-Forwarded-For: 10.0.0.1\r\nx-forwarded-for: 10.0.0.2\r\nConnection: close\r\n\r\n"
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(b), "\r\n\r\n")
	want := "at first: x-dup=[first] host=[a.test]\nafter changes of plain names: x-dup=[first] host=[a.test]\nafter changes: x-dup=[first] host=[other.test]\n" +
		"after more: x-dup=NotFound host=[other.test]\nend"
	if body = strings.ReplaceAll(body, "error status returned by host: not found", "NotFound"); body != want {
		t.Errorf("%s\nwant\n%s", b, want)
	}
}
