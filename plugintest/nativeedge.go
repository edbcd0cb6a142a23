package plugintest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/host"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// arriving are a request's headers as a gateway shows them to plugins.
func arriving(r Request) Headers {
	h := Headers{{":authority", r.Host}, {":path", r.Path}, {":method", r.Method}, {":scheme", "https"}}
	for _, p := range r.Headers {
		if !dropped(strings.ToLower(p[0]), p[1]) {
			h = append(h, p)
		}
	}
	return append(h, Headers{
		{"x-forwarded-for", "127.0.0.1"}, {"x-forwarded-proto", "https"}, {"x-request-id", requestID()},
	}...)
}

// dropped reports whether a gateway takes a header off a request: those of the
// connection, and those by which only gateways talk to each other.
func dropped(name, value string) bool {
	switch name {
	case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings", "expect",
		"x-forwarded-proto", "x-request-id":
		return true
	case "te":
		return !strings.EqualFold(value, "trailers")
	}
	return strings.HasPrefix(name, "x-envoy-")
}

func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// fieldsOf are headers without pseudo headers.
func fieldsOf(h Headers) (f Headers) {
	for _, p := range h {
		if !strings.HasPrefix(p[0], ":") {
			f = append(f, p)
		}
	}
	return f
}

// responseOf is what a client sees of a response.
func responseOf(m *native.Message) Response {
	status, _ := strconv.Atoi(m.Headers.Get(":status"))
	return Response{Status: status, Headers: fieldsOf(m.Headers), Body: string(m.Body), Trailers: m.Trailers}
}

// nativeResponder shows an answer to a plugin in the test.
type nativeResponder struct{ x *nativeExchange }

func (n nativeResponder) over() bool {
	return n.x.ex.Reset || n.x.ex.Reply != nil || n.x.ex.Client.Ended
}

func (n nativeResponder) head(status int, h Headers, end bool) error {
	if n.over() {
		return errOver
	}
	headers := append(Headers{{":status", strconv.Itoa(status)}}, h...)
	headers = append(headers, [2]string{"x-envoy-upstream-service-time", "0"})
	n.x.ex.RespondWith(native.Input{Headers: headers, Open: !end && n.x.r.Method != http.MethodHead})
	return nil
}

func (n nativeResponder) chunk(data string, end bool) error {
	n.x.ex.RespondMore([]byte(data), end)
	return nil
}

func (n nativeResponder) trailers(h Headers) error {
	n.x.ex.RespondTrailers(h)
	return nil
}

// resetBody is what a gateway says in place of a backend that said nothing.
const resetBody = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"

func (n nativeResponder) reset() {
	if n.over() {
		return
	}
	if n.x.ex.Client.Sent() || n.x.ex.Paused() {
		n.x.ex.Abort()
		return
	}
	_ = n.head(http.StatusServiceUnavailable, Headers{{"content-length", strconv.Itoa(len(resetBody))}, {"content-type", "text/plain"}}, false)
	_ = n.chunk(resetBody, true)
}

// calloutTime bounds a callout that has no timeout itself.
const calloutTime = 30 * time.Second

// call makes a plugin's HTTP call over the network.
func (s *inProcess) call(c native.HTTPCall) native.HTTPAnswer {
	done := make(chan host.HTTPCallResponse, 1)
	ctx, cancel := context.WithTimeout(context.Background(), calloutTime)
	defer cancel()
	request := host.HTTPCallRequest{Headers: c.Headers, Body: c.Body, Trailers: c.Trailers, Timeout: c.Timeout}
	if err := s.clusters.HTTPCall(ctx, c.Cluster, request, func(r host.HTTPCallResponse) { done <- r }); err != nil {
		s.gw.t.Errorf("call of cluster %s: %v", c.Cluster, err)
		return native.HTTPAnswer{}
	}
	r := <-done
	if r.Err != nil {
		return native.HTTPAnswer{}
	}
	a := native.HTTPAnswer{Headers: r.Headers.Pairs(), Body: r.Body}
	if r.Trailers != nil {
		a.Trailers = r.Trailers.Pairs()
	}
	return a
}

// redis sends a plugin's Redis command over the network.
func (s *inProcess) redis(c native.RedisCall) native.RedisAnswer {
	failed := native.RedisAnswer{Status: 1}
	name, o := s.login(c.Cluster)
	conn, err := s.clusters.Redis(name, o)
	if err != nil {
		s.gw.t.Errorf("Redis %s: %v", name, err)
		return failed
	}
	done := make(chan host.RedisResponse, 1)
	ctx, cancel := context.WithTimeout(context.Background(), calloutTime)
	defer cancel()
	if err := conn.Do(ctx, c.Query, func(r host.RedisResponse) { done <- r }); err != nil {
		s.gw.t.Errorf("Redis %s: %v", name, err)
		return failed
	}
	r := <-done
	if r.Err != nil {
		return failed
	}
	return native.RedisAnswer{Body: r.Body}
}

// login is what the plugin gave when it made itself known to a Redis.
func (s *inProcess) login(cluster string) (string, host.RedisOptions) {
	name, _, _ := strings.Cut(cluster, "?")
	for target, c := range s.host.RedisClients() {
		of, parameters, _ := strings.Cut(target, "?")
		if of != name {
			continue
		}
		o := host.RedisOptions{User: c.Username, Password: c.Password, Timeout: c.Timeout}
		for _, p := range strings.Split(parameters, "&") {
			if db, ok := strings.CutPrefix(p, "db="); ok {
				o.DB, _ = strconv.Atoi(db)
			}
		}
		return name, o
	}
	return name, host.RedisOptions{}
}
