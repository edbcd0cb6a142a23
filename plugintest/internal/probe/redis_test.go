package main

import (
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// A real Redis in place of a fake one, with a login.
func TestRealRedis(t *testing.T) {
	address := startRedis(t)
	p := plugin{Config: `{"redis":true}`, Servers: map[string]string{redis: "redis://" + address}}
	plugintest.Run(t, p, func(t *testing.T, gw *gateway) {
		gw.Get("/", do("redis")).WantStatus(200)
		got := gw.Backend.Only().Headers.Get("x-redis")
		if n, err := strconv.Atoi(got); err != nil || n < 1 || n > len(plugintest.Engines()) { // they count together
			t.Errorf("Redis answered %q", got)
		}
	})
}

// startRedis starts a Redis that ends with the test and returns its address.
func startRedis(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		harness.Missing(t, "Redis", "apt-get install redis-server, or put redis-server on the PATH")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	_ = l.Close()
	cmd := exec.CommandContext(t.Context(), path, "--bind", "127.0.0.1", "--port", port, "--dir", t.TempDir(),
		"--save", "", "--appendonly", "no", "--user", "user", "on", ">secret", "~*", "+@all")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the test's context has ended it
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return address
		}
		if time.Now().After(end) {
			t.Fatal("Redis does not listen")
		}
	}
}
