package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

const config = `{"serviceName":"my-redis.dns","username":"u","password":"p","qpm":2}`

var get = [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "a.test"}, {":path", "/get"}}

// counter is a Redis that knows incr and expire.
func counter(commands *[]string) func(plugintest.RedisCall) plugintest.RedisAnswer {
	n := 0
	return func(c plugintest.RedisCall) plugintest.RedisAnswer {
		*commands = append(*commands, string(c.Query))
		if strings.Contains(string(c.Query), "incr") {
			n++
			return plugintest.RedisAnswer{Body: []byte(fmt.Sprintf(":%d\r\n", n))}
		}
		return plugintest.RedisAnswer{Body: []byte(":1\r\n")}
	}
}

func TestQuota(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
	var commands []string
	h.OnRedisCall(counter(&commands))
	for i, left := range []string{"1", "0"} {
		ex := h.Request(get)
		if !ex.Upstream.Sent() {
			t.Fatalf("request %d was held; log %v", i, h.Logs())
		}
		ex.Respond([][2]string{{":status", "200"}})
		if got := ex.Client.Headers.Get("calltimeleft"); got != left {
			t.Errorf("request %d: %q calls left, want %s", i, got, left)
		}
	}
	if ex := h.Request(get); ex.Reply == nil || ex.Reply.Status != 429 || string(ex.Reply.Body) != "Too many requests\n" {
		t.Errorf("third request: reply %+v", ex.Reply)
	}
	if len(commands) != 4 || !strings.HasPrefix(commands[1], "*3\r\n$6\r\nexpire\r\n") || !strings.HasSuffix(commands[1], "$2\r\n60\r\n") {
		t.Errorf("commands %q", commands)
	}
	want := plugintest.RedisClient{Username: "u", Password: "p", Timeout: time.Second}
	const cluster = "outbound|6379||my-redis.dns?buffer_flush_timeout=3&max_buffer_size_before_flush=1024"
	if got := h.RedisClients()[cluster]; got != want {
		t.Errorf("initialised %+v", h.RedisClients())
	}
}

func TestRedisFailurePasses(t *testing.T) {
	for name, answer := range map[string]plugintest.RedisAnswer{
		"no connection": {Status: 1},
		"error":         {Body: []byte("-ERR no\r\n")},
		"cut off":       {Body: []byte("$100\r\nabc")},
		"empty":         {},
	} {
		h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
		h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer { return answer })
		if ex := h.Request(get); !ex.Upstream.Sent() {
			t.Errorf("%s: request held; log %v", name, h.Logs())
		}
	}
}
