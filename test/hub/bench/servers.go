package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// server is a service beside Envoy.
type server struct {
	// cluster is the name by which it is called.
	cluster string
	// redis says that it is called through the bridge.
	redis bool
	// start starts it.
	start func(context.Context) (address string, stop func(), err error)
}

// yes answers each request with 200.
func yes(context.Context) (string, func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }()
	return l.Addr().String(), func() { _ = s.Close() }, nil
}

// redis is a Redis server that keeps nothing.
func redis(ctx context.Context) (string, func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	cmd := exec.CommandContext(ctx, "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "")
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("%w; install Redis", err)
	}
	stop := func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	n, _ := strconv.Atoi(port)
	for begin := time.Now(); time.Since(begin) < 10*time.Second && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", harness.Addr(n)); err == nil {
			_ = conn.Close()
			return harness.Addr(n), stop, nil
		}
	}
	stop()
	return "", nil, fmt.Errorf("redis-server does not listen on port %s", port)
}
