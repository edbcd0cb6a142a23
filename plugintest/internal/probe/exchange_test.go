package main

import (
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
)

type (
	plugin  = plugintest.Plugin
	gateway = plugintest.Gateway
	request = plugintest.Request
	answer  = plugintest.Answer
	headers = plugintest.Headers
)

// do is the header that tells the plugin what to do.
func do(what string) [2]string { return [2]string{"x-do", what} }

func TestHeadersBothWays(t *testing.T) {
	plugintest.Run(t, plugin{Config: `{"mark":"m"}`}, func(t *testing.T, gw *gateway) {
		gw.Backend.Answer(answer{Status: 201, Headers: headers{{"set-cookie", "b=2"}, {"set-cookie", "a=1"}}, Body: "created"})
		gw.Do(request{Method: "PUT", Path: "/a%2Fb?q=1", Host: "a.test:80", Headers: headers{{"X-Two", "b"}, {"x-two", "a"}}, Body: "body"}).
			WantStatus(201).WantBody("created").WantHeader("set-cookie", "b=2", "a=1").WantHeader("x-response-mark", "m")
		got := gw.Backend.Only().WantLine("PUT", "/a%2Fb?q=1").WantHeader("x-two", "b", "a").WantHeader("x-mark", "m").
			WantHeader("content-length", "4").WantHeader("x-absent").WantBody("body")
		if got.Host != "a.test:80" || got.Protocol != "HTTP/1.1" {
			t.Errorf("host %s, protocol %s", got.Host, got.Protocol)
		}
	})
}

// The headers that a gateway adds are the same on all engines but those named.
func TestHeadersOfTheGateway(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Get("/", [2]string{"x-request-id", "mine"}, [2]string{"x-envoy-internal", "true"})
		got := gw.Backend.Only()
		got.WantHeader("x-forwarded-proto", "https")
		if id := got.Headers.Get("x-request-id"); len(id) != 36 {
			t.Errorf("x-request-id is %q; want a new one", id)
		}
	})
}

func TestReply(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Get("/", do("deny")).WantStatus(403).WantBody("denied").WantHeader("x-why", "no key")
		gw.Backend.WantNone()
	})
}

func TestChunksAndTrailers(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Backend.Answer(answer{Chunks: []string{"one ", "two"}, Trailers: headers{{"x-sum", "2"}}})
		gw.Do(request{Chunks: []string{"a", "b", "c"}, Trailers: headers{{"x-t", "1"}}}).
			WantStatus(200).WantBody("one two").WantTrailer("x-sum", "2").WantHeader("content-length")
		gw.Backend.Only().WantBody("abc").WantTrailer("x-t", "1").WantHeader("content-length")
	})
}

func TestBufferedBody(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		s := gw.Open(request{Headers: headers{do("upper")}}).Send("one ").Send("two")
		gw.Backend.Wait("the headers", func(r plugintest.Received) bool { return r.Body == "" })
		s.End().Response().WantStatus(200)
		gw.Backend.Only().WantBody("ONE TWO")
	})
}

func TestStreamedBody(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		s := gw.Open(request{Path: "/stream"}).Send("one ")
		gw.Backend.Wait("the first piece", func(r plugintest.Received) bool { return r.Body == "one " && !r.Ended })
		s.Send("two").End([2]string{"x-t", "1"}).Response().WantStatus(200)
		gw.Backend.Only().WantBody("one two").WantTrailer("x-t", "1")
	})
}

func TestAbort(t *testing.T) {
	for name, h2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
				s := gw.Open(request{HTTP2: h2}).Send("half")
				gw.Backend.Wait("the first piece", func(r plugintest.Received) bool { return r.Body == "half" })
				s.Abort()
				gw.Backend.Wait("the end of the connection", func(r plugintest.Received) bool { return r.Broken && !r.Ended })
				gw.WantMetric("probe_done", 1)
			})
		})
	}
}

func TestHTTP2(t *testing.T) {
	plugintest.Run(t, plugin{Config: `{"mark":"m"}`, HTTP2: true}, func(t *testing.T, gw *gateway) {
		gw.Backend.Answer(answer{Chunks: []string{strings.Repeat("x", 100_000)}, Trailers: headers{{"x-sum", "2"}}})
		gw.Do(request{HTTP2: true, Chunks: []string{"a", strings.Repeat("b", 100_000)}, Trailers: headers{{"x-t", "1"}}}).
			WantStatus(200).WantBody(strings.Repeat("x", 100_000)).WantTrailer("x-sum", "2").WantHeader("x-response-mark", "m")
		got := gw.Backend.Only().WantBody("a"+strings.Repeat("b", 100_000)).WantTrailer("x-t", "1").WantHeader("x-mark", "m")
		if got.Protocol != "HTTP/2" {
			t.Errorf("the backend was spoken to in %s", got.Protocol)
		}
	})
}

func TestGRPC(t *testing.T) {
	plugintest.Run(t, plugin{HTTP2: true}, func(t *testing.T, gw *gateway) {
		gw.Backend.Answer(plugintest.GRPCAnswer(0, "pong"))
		status, messages := gw.Do(plugintest.GRPCRequest("/p.S/M", "ping", "ping")).WantStatus(200).GRPC()
		if status != "0" || len(messages) != 1 || messages[0] != "pong" {
			t.Errorf("status %s, messages %q", status, messages)
		}
		gw.Backend.Only().WantLine("POST", "/p.S/M").WantBody(plugintest.GRPCFrame("ping") + plugintest.GRPCFrame("ping"))
		r := plugintest.GRPCRequest("/p.S/M", "ping")
		r.Headers = append(r.Headers, do("deny"))
		res := gw.Do(r)
		if status, _ := res.WantStatus(200).GRPC(); status != "7" {
			t.Errorf("the plugin's answer has status %s, want 7", status)
		}
		res.WantHeader("grpc-message", "denied")
	})
}

func TestSlowBackend(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Backend.Answer(answer{Delay: 20 * time.Millisecond, Pace: 5 * time.Millisecond, Chunks: []string{"a", "b"}})
		began := time.Now()
		gw.Get("/").WantStatus(200).WantBody("ab")
		if took := time.Since(began); took < 30*time.Millisecond {
			t.Errorf("it took %v, want 30ms or more", took)
		}
	})
}

func TestBackendThatResets(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Backend.Answer(answer{Reset: plugintest.BeforeHeaders})
		res := gw.Get("/")
		res.WantStatus(503)
		if !strings.Contains(res.Body, "upstream connect error or disconnect/reset before headers") {
			t.Errorf("body %q", res.Body)
		}
		gw.Backend.Answer(answer{Reset: plugintest.BeforeEnd, Chunks: []string{"half"}})
		gw.Get("/").WantBroken()
	})
}

// An answer may come before the request has.
func TestEarlyAnswer(t *testing.T) {
	plugintest.Run(t, plugin{HTTP2: true}, func(t *testing.T, gw *gateway) {
		gw.Backend.AnswerEarly(answer{Chunks: []string{"early"}})
		s := gw.Open(request{HTTP2: true})
		gw.Backend.Wait("the headers", func(plugintest.Received) bool { return true })
		s.Response().WantStatus(200).WantBody("early")
	})
}

func TestHead(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Backend.Answer(answer{Body: "never sent"})
		gw.Do(request{Method: "HEAD"}).WantStatus(200).WantBody("").WantHeader("content-length", "10")
	})
}
