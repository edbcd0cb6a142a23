package call_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/sluiceproxy/sluice/host"
)

// BenchmarkWasm is BenchmarkOneCall and BenchmarkNoCall as Wasm on wazero: whole
// streams of the plugins line and callback in testdata.
func BenchmarkWasm(b *testing.B) {
	for _, path := range []string{"/plain", "/check"} {
		for _, plugin := range []string{"callback", "line"} {
			b.Run(path[1:]+"/"+plugin, func(b *testing.B) { benchmarkWasm(b, plugin, path) })
		}
	}
}

func benchmarkWasm(b *testing.B, plugin, path string) {
	ctx := context.Background()
	code, err := os.ReadFile(buildWasm(b, plugin))
	if err != nil {
		b.Fatal(err)
	}
	r, err := host.NewRuntime(ctx, host.RuntimeOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close(ctx)
	m, err := r.Compile(ctx, plugin, code)
	if err != nil {
		b.Fatal(err)
	}
	calls := &instantCalls{}
	vm, err := m.NewVM(ctx, host.VMOptions{Clusters: calls, LogLevel: host.LogCritical})
	if err != nil {
		b.Fatal(err)
	}
	p, err := vm.StartPlugin(ctx, plugin, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		s := &benchStream{request: host.HeaderMapOf(host.MapRequestHeaders, [2]string{":path", path})}
		var c *host.HTTPContext
		vm.Worker().Do(func() {
			c = p.NewHTTPStream(s)
			if _, err := c.OnRequestHeaders(1, true); err != nil {
				b.Fatal(err)
			}
		})
		calls.answer()
		vm.Worker().Do(func() {}) // a tick may have kept the answer waiting
		if path == "/check" && !s.continued {
			b.Fatal("the stream was not resumed")
		}
		vm.Worker().Do(c.Done)
	}
}

// instantCalls keeps the call under way.
type instantCalls struct{ done func(host.HTTPCallResponse) }

// HTTPCall implements host.Caller.
func (c *instantCalls) HTTPCall(_ context.Context, _ string, _ host.HTTPCallRequest, done func(host.HTTPCallResponse)) error {
	c.done = done
	return nil
}

// Redis implements host.Caller.
func (c *instantCalls) Redis(string, host.RedisOptions) (host.RedisConn, error) {
	return nil, errors.New("no redis")
}

func (c *instantCalls) answer() {
	if done := c.done; done != nil {
		c.done = nil
		done(host.HTTPCallResponse{
			Headers: host.HeaderMapOf(host.MapCallResponseHeaders, [2]string{":status", "200"}, [2]string{"server", "s"}),
			Body:    []byte("user"),
		})
	}
}

// benchStream is an exchange that only has request headers.
type benchStream struct {
	host.HTTPStream
	request   *host.HeaderMap
	continued bool
}

// Headers implements host.HTTPStream.
func (s *benchStream) Headers(t host.MapType) *host.HeaderMap {
	if t == host.MapRequestHeaders {
		return s.request
	}
	return nil
}

// Continue implements host.HTTPStream.
func (s *benchStream) Continue(host.Direction) { s.continued = true }

// Property implements host.HTTPStream.
func (s *benchStream) Property([]string) ([]byte, bool) { return nil, false }
