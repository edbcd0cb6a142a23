package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// mostStreams is how many requests a connection may carry.
const mostStreams = 1000

// flight holds many requests in one Envoy at the same time, over HTTP/2.
type flight struct {
	envoy  *instance
	server *http.Server
	client *http.Client
	gate   *gate
	rest   float64 // MB at rest
}

// gate lets requests pass together once all have come.
type gate struct {
	mu   sync.Mutex
	open chan struct{}
	held atomic.Int64
}

// shut makes the requests that come from now on wait.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = make(chan struct{})
	g.held.Store(0)
}

// release lets all go.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.open)
}

// ServeHTTP holds requests that ask for it.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/hold" {
		return
	}
	g.mu.Lock()
	open := g.open
	g.mu.Unlock()
	g.held.Add(1)
	select {
	case <-open:
	case <-r.Context().Done():
	}
}

// flight starts an upstream that holds requests, and an Envoy for a side.
func (b *bench) flight(s side) (*flight, error) {
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &flight{gate: &gate{open: make(chan struct{})}, client: &http.Client{Transport: &http.Transport{Protocols: &h2c}}}
	f.server = &http.Server{Handler: f.gate, Protocols: &h2c, ReadHeaderTimeout: time.Minute,
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: 20 * mostStreams}}
	go f.server.Serve(l) //nolint:errcheck // ends with Close
	modules, err := s.modules(b.build)
	if err != nil {
		f.server.Close()
		return nil, err
	}
	f.envoy = &instance{side: s}
	config := bootstrap{side: s, scenario: scenario{upstream: true}, modules: modules, upstream: l.Addr().String(), streams: mostStreams}.render()
	if err := f.envoy.run(b, config, 1); err != nil {
		f.stop()
		return nil, fmt.Errorf("side %s: %w", s.Name, err)
	}
	if err := f.batch(b.ctx, 10, nil); err != nil {
		f.stop()
		return nil, err
	}
	f.rest, err = f.memory()
	return f, err
}

func (f *flight) stop() {
	f.envoy.stop()
	f.server.Close()
	f.client.CloseIdleConnections()
}

// memory is Envoy's, in MB.
func (f *flight) memory() (float64, error) {
	m, err := f.envoy.memory()
	return float64(m) / megabyte, err
}

// level holds n requests at a time, and returns the µs of CPU of a request and
// the MB over rest while all were held.
func (f *flight) level(ctx context.Context, n int) (cpu, grown float64, err error) {
	batches := max(1, min(300, 1000/n)) // few requests alone are too short to measure
	before, err := f.envoy.cpu()
	if err != nil {
		return 0, 0, err
	}
	memory := 0.0
	for range batches {
		err := f.batch(ctx, n, func() error {
			m, err := f.memory()
			memory = max(memory, m)
			return err
		})
		if err != nil {
			return 0, 0, err
		}
	}
	after, err := f.envoy.cpu()
	return micros(after-before) / float64(n*batches), memory - f.rest, err
}

// batch sends n requests, calls f while all of them are held, and lets them go.
func (f *flight) batch(ctx context.Context, n int, held func() error) error {
	f.gate.shut()
	done := make(chan error, n)
	for range n {
		go func() { done <- f.request(ctx) }()
	}
	err := f.full(n, done)
	if err == nil && held != nil {
		err = held()
	}
	f.gate.release()
	if err != nil {
		return err
	}
	for range n {
		err = errors.Join(err, <-done)
	}
	return err
}

// full waits until n requests are held.
func (f *flight) full(n int, done <-chan error) error {
	timeout := time.After(time.Minute)
	for f.gate.held.Load() < int64(n) {
		select {
		case err := <-done:
			return fmt.Errorf("a request ended before it should: %w", err)
		case <-timeout:
			return fmt.Errorf("only %d of %d requests reached upstream", f.gate.held.Load(), n)
		case <-time.After(200 * time.Microsecond):
		}
	}
	return nil
}

// request is one request, which must be answered with 200.
func (f *flight) request(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+f.envoy.address+"/hold", nil)
	if err != nil {
		return err
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}
