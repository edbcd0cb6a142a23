package upstream

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// serveLines lets answer answer each connection once the line QUIT has come.
func serveLines(t *testing.T, l net.Listener, answer func(net.Conn)) string {
	t.Helper()
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					if lines.Text() == "QUIT" {
						answer(conn)
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func listenTCP(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// bridgeCall sends a body to the bridge and returns status, body and error.
func bridgeCall(t *testing.T, c *Clusters, cluster string, timeout time.Duration) (status, body string, err error) {
	t.Helper()
	answers := make(chan host.HTTPCallResponse, 1)
	err = c.HTTPCall(context.Background(), "sluice-redis", host.HTTPCallRequest{
		Headers: [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "x"}, {"x-sluice-redis-cluster", cluster}},
		Body:    []byte("PING\r\nQUIT\r\n"), Timeout: timeout,
	}, func(r host.HTTPCallResponse) { answers <- r })
	if err != nil {
		return "", "", err
	}
	r := <-answers
	if r.Err != nil {
		return "", "", r.Err
	}
	status, _ = r.Headers.Get(":status")
	return status, string(r.Body), nil
}

func TestBridge(t *testing.T) {
	large := strings.Repeat("x", 5<<20)
	good := serveLines(t, listenTCP(t), func(c net.Conn) { c.Write([]byte("+PONG\r\n+OK\r\n")) })
	big := serveLines(t, listenTCP(t), func(c net.Conn) { c.Write([]byte(large)) })
	slow := serveLines(t, listenTCP(t), func(net.Conn) { time.Sleep(2 * time.Second) })
	reset := serveLines(t, listenTCP(t), func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) })
	closed := listenTCP(t)
	closed.Close()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS() // for its certificate
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	secure := serveLines(t, tls.NewListener(listenTCP(t), server.TLS), func(c net.Conn) { c.Write([]byte("+TLS\r\n")) })
	c, err := New(Options{MaxResponseBytes: 6 << 20},
		Cluster{Name: "good", URL: "http://" + good}, Cluster{Name: "redis", URL: "redis://" + good}, Cluster{Name: "big", URL: "http://" + big},
		Cluster{Name: "slow", URL: "redis://" + slow}, Cluster{Name: "reset", URL: "redis://" + reset}, Cluster{Name: "closed", URL: "redis://" + closed.Addr().String()},
		Cluster{Name: "secure", URL: "rediss://" + secure, TLS: &tls.Config{RootCAs: roots, ServerName: "example.com"}},
		Cluster{Name: "untrusted", URL: "rediss://" + secure})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, q := range []struct{ cluster, status, body string }{
		{"good", "200", "+PONG\r\n+OK\r\n"}, {"redis", "200", "+PONG\r\n+OK\r\n"}, {"big", "200", large}, {"secure", "200", "+TLS\r\n"},
		{"unknown", "503", "sluice-redis NC "}, {"", "503", "sluice-redis NC "}, {"closed", "503", "sluice-redis UF "},
		{"untrusted", "503", "sluice-redis UF "}, {"slow", "504", timeoutBody},
	} {
		timeout := 5 * time.Second
		if q.cluster == "slow" {
			timeout = 100 * time.Millisecond
		}
		status, body, err := bridgeCall(t, c, q.cluster, timeout)
		if err != nil || status != q.status || !strings.HasPrefix(body, q.body) {
			t.Errorf("%s: %s %.100q, %v, want %s %.100q", q.cluster, status, body, err, q.status, q.body)
		}
	}
	if _, _, err := bridgeCall(t, c, "reset", time.Second); err == nil {
		t.Error("a connection that was reset gave an answer")
	}
}

func TestBridgeBounds(t *testing.T) {
	big := serveLines(t, listenTCP(t), func(c net.Conn) { c.Write(make([]byte, 2000)) })
	c, err := New(Options{MaxResponseBytes: 1000}, Cluster{Name: "big", URL: "redis://" + big})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, _, err := bridgeCall(t, c, "big", time.Second); err == nil || !strings.Contains(err.Error(), "longer than 1000 bytes") {
		t.Errorf("error is %v", err)
	}
}

// A plugin that is gone takes its calls with it.
func TestBridgeIsCancelled(t *testing.T) {
	slow := serveLines(t, listenTCP(t), func(net.Conn) { time.Sleep(5 * time.Second) })
	c, err := New(Options{}, Cluster{Name: "slow", URL: "redis://" + slow})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(context.Background())
	answers := make(chan host.HTTPCallResponse, 1)
	err = c.HTTPCall(ctx, "sluice-redis", host.HTTPCallRequest{
		Headers: [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "x"}, {"x-sluice-redis-cluster", "slow"}},
		Body:    []byte("QUIT\r\n"),
	}, func(r host.HTTPCallResponse) { answers <- r })
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case r := <-answers:
		if !errors.Is(r.Err, context.Canceled) {
			t.Errorf("error is %v", r.Err)
		}
	case <-time.After(3 * time.Second):
		t.Error("the call goes on")
	}
}

// TestBridgeTap: who looks sees the call and its answer, in RESP form, and the plugin
// gets what it would get without; also where Redis can't be reached.
func TestBridgeTap(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = nc.Read(make([]byte, 100))
			_, _ = io.WriteString(nc, ":7\r\n")
			_ = nc.Close()
		}
	}()
	tap := &bodies{}
	c, err := New(Options{Tap: tap}, Cluster{Name: "r", URL: "redis://" + l.Addr().String()}, Cluster{Name: "down", URL: "redis://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if status, body, err := bridgeCall(t, c, "r", time.Second); err != nil || status != "200" || body != ":7\r\n" {
		t.Errorf("%s %q %v", status, body, err)
	}
	if status, body, err := bridgeCall(t, c, "down", time.Second); err != nil || status != "503" || !strings.HasPrefix(body, "sluice-redis UF ") {
		t.Errorf("%s %q %v", status, body, err)
	}
	if len(tap.seen) != 2 || tap.seen[0] != "sluice-redis r | :7\r\n" || !strings.HasPrefix(tap.seen[1], "sluice-redis down | sluice-redis UF ") {
		t.Errorf("%q", tap.seen)
	}
}

// bodies is a tap that notes the answers of calls.
type bodies struct{ seen []string }

func (b *bodies) HTTP(cluster string, r *http.Request, next http.RoundTripper) (*http.Response, error) {
	name := cluster + " " + r.Header.Get(bridgeHeader)
	res, err := next.RoundTrip(r)
	if err != nil {
		b.seen = append(b.seen, name+" "+err.Error())
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	b.seen = append(b.seen, name+" | "+string(body))
	return res, err
}

func (b *bodies) Redis(context.Context, string, []byte, host.RedisResponse) {}

// A cluster of that name takes the place of the built-in bridge.
func TestBridgeIsReplaced(t *testing.T) {
	server := httptest.NewServer(nil)
	defer server.Close()
	c, err := New(Options{}, Cluster{Name: "sluice-redis", URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if status, _, err := bridgeCall(t, c, "x", time.Second); err != nil || status != "404" {
		t.Errorf("status %s, %v", status, err)
	}
}
