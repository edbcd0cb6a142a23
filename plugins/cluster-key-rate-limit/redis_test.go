package main

import (
	"fmt"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// onRedis runs body on each engine, with a Redis of its own.
func onRedis(t *testing.T, config string, body func(t *testing.T, gw *plugintest.Gateway, redis *harness.Process)) {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		harness.Missing(t, "redis-server", "install Redis")
	}
	engines, err := plugintest.ChosenEngines()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range engines {
		t.Run(string(e), func(t *testing.T) {
			port := harness.FreePort(t)
			redis := harness.Start(t, exec.Command(binary, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()))
			redis.WaitOutput("Ready to accept connections", 10*time.Second)
			plugin := plugintest.Plugin{Config: config, Servers: map[string]string{redisCluster: harness.Addr(port)}}
			plugintest.On(t, e, plugin, func(gw *plugintest.Gateway) { body(t, gw, redis) })
		})
	}
}

func TestRealRedis(t *testing.T) {
	for _, algorithm := range []string{"fixed_window", "sliding_window", "gcra"} {
		config := fmt.Sprintf(`{"rule_name":"r","algorithm":%q,"show_limit_quota_header":true,"redis":{"service_name":"redis.dns"},"all_rule_items":true,
			"rule_items":[{"limit_by_per_ip":"from-header-x-real-ip","limit_keys":[{"key":"10.0.0.0/8","query_per_day":3}]},
			              {"limit_by_per_param":"k","limit_keys":[{"key":"*","query_per_day":2}]}]}`, algorithm)
		t.Run(algorithm, func(t *testing.T) {
			onRedis(t, config, func(t *testing.T, gw *plugintest.Gateway, _ *harness.Process) {
				for i, c := range []struct {
					path, ip, left string
					status         int
				}{
					{"/?k=a", "10.0.0.1", "1", 200},
					{"/?k=a", "10.0.0.1", "0", 200},
					{"/?k=a", "10.0.0.1", "0", 429}, // is not counted for the address
					{"/?k=b", "10.0.0.1", "0", 200},
					{"/?k=b", "10.0.0.1", "0", 429},
					{"/?k=b", "10.0.0.2", "0", 200},
					{"/?k=b", "10.0.0.2", "0", 429},
					{"/?k=c", "192.0.2.1", "1", 200},
					{"/", "192.0.2.1", "", 200},
				} {
					got := gw.Get(c.path, [2]string{"x-real-ip", c.ip})
					if left := got.Headers.Get("x-ratelimit-remaining"); got.Status != c.status || left != c.left {
						t.Errorf("request %d: status %d, %q left; want %d, %q", i, got.Status, left, c.status, c.left)
					}
				}
			})
		})
	}
}

func TestRedisGoes(t *testing.T) {
	for name, deny := range map[string]bool{"open": false, "closed": true} {
		config := fmt.Sprintf(`{"rule_name":"r","failure_mode_deny":%v,"global_threshold":{"query_per_day":2},"redis":{"service_name":"redis.dns","timeout":300}}`, deny)
		t.Run(name, func(t *testing.T) {
			onRedis(t, config, func(t *testing.T, gw *plugintest.Gateway, redis *harness.Process) {
				gw.Get("/").WantStatus(200)
				redis.Stop()
				gw.AllowLog("a request could not be counted: ")
				gw.AllowLog("redis")
				for range 3 {
					begin := time.Now()
					gw.Get("/").WantStatus(map[bool]int{true: 503, false: 200}[deny])
					if took := time.Since(begin); took > 5*time.Second {
						t.Errorf("the answer took %v", took)
					}
				}
			})
		})
	}
}

// What a request costs the plugin, without Redis.
func BenchmarkRequest(b *testing.B) {
	h := native.New(b, native.Options{Config: []byte(`{"rule_name":"r","redis":{"service_name":"redis.dns"},
		"rule_items":[{"limit_by_param":"k","limit_keys":[{"key":"a","query_per_day":3}]}]}`)})
	h.OnRedisCall(func(native.RedisCall) native.RedisAnswer {
		return native.RedisAnswer{Body: []byte("*3\r\n:1\r\n:2\r\n:1000\r\n")}
	})
	for name, path := range map[string]string{"counted": "/?k=a", "passes by": "/?k=b"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.Request([][2]string{{":method", "GET"}, {":path", path}, {":authority", "a.test"}, {":scheme", "http"}}).End()
			}
		})
	}
}
