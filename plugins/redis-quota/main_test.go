package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

const config = `{"serviceName":"redis.dns","username":"u","password":"p","qpm":2}`

var get = [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}

// start runs the plugin against a counter that answers as Redis does.
func start(t *testing.T) (h *plugintest.Host, commands *[]string) {
	t.Helper()
	h = plugintest.New(t, plugintest.Options{Config: []byte(config)})
	commands = new([]string)
	count := 0
	h.OnRedisCall(func(c plugintest.RedisCall) plugintest.RedisAnswer {
		query := strings.Fields(string(c.Query))
		command := strings.ToLower(query[2])
		*commands = append(*commands, command)
		if command == "incr" {
			count++
			return plugintest.RedisAnswer{Body: fmt.Appendf(nil, ":%d\r\n", count)}
		}
		return plugintest.RedisAnswer{Body: []byte(":1\r\n")}
	})
	return h, commands
}

func TestQuota(t *testing.T) {
	h, commands := start(t)
	for i, left := range []string{"1", "0"} {
		ex := h.Request(get).Respond([][2]string{{":status", "200"}})
		if got := ex.Client.Headers.Get("calltimeleft"); got != left || ex.Reply != nil {
			t.Errorf("request %d: callTimeLeft is %q, want %q; answer %v", i, got, left, ex.Reply)
		}
		if ex.Client.Headers.Get("timestamp") == "" {
			t.Errorf("request %d: no timeStamp", i)
		}
	}
	ex := h.Request(get)
	if ex.Reply == nil || ex.Reply.Status != 429 || string(ex.Reply.Body) != "Too many requests\n" {
		t.Fatalf("third request: %+v", ex.Reply)
	}
	if got := ex.Client.Headers.Values("calltimeleft"); len(got) != 1 || got[0] != "0" {
		t.Errorf("third request: callTimeLeft is %q", got)
	}
	if got := strings.Join(*commands, " "); got != "incr expire incr incr" {
		t.Errorf("commands are %s", got)
	}
	if c := h.RedisClients(); len(c) != 1 {
		t.Errorf("clients are %v", c)
	}
	for _, c := range h.RedisClients() {
		if c.Username != "u" || c.Password != "p" || c.Timeout != time.Second {
			t.Errorf("client is %+v", c)
		}
	}
}

func TestRedisFails(t *testing.T) {
	for name, answer := range map[string]plugintest.RedisAnswer{
		"away":     {Status: 1},
		"an error": {Body: []byte("-ERR no\r\n")},
	} {
		t.Run(name, func(t *testing.T) {
			h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
			h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer { return answer })
			if ex := h.Request(get); !ex.Upstream.Ended || ex.Reply != nil {
				t.Errorf("upstream got the request %v, answer %v", ex.Upstream.Ended, ex.Reply)
			}
		})
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for _, config := range []string{`{}`, `{"qpm":1}`, `{"serviceName":"redis.dns"}`, `{"serviceName":"redis.dns","qpm":-1}`} {
		if _, err := plugintest.Start(t, plugintest.Options{Config: []byte(config)}); err == nil {
			t.Errorf("%s: the plugin started", config)
		}
	}
}
