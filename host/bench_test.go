package host_test

import (
	"context"
	"testing"

	"github.com/sluiceproxy/sluice/host"
)

// BenchmarkRequest is one exchange through a plugin that adds a header: create,
// request headers, done, delete.
func BenchmarkRequest(b *testing.B) {
	ctx := context.Background()
	r, err := host.NewRuntime(ctx, host.RuntimeOptions{CacheDir: "-"})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close(ctx)
	m, err := r.Compile(ctx, "hello", helloModule())
	if err != nil {
		b.Fatal(err)
	}
	vm, err := m.NewVM(ctx, host.VMOptions{})
	if err != nil {
		b.Fatal(err)
	}
	p, err := vm.StartPlugin(ctx, "hello", nil)
	if err != nil {
		b.Fatal(err)
	}
	e := exchange{host.HeaderMapOf(host.MapRequestHeaders, [2]string{":path", "/"})}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		vm.Worker().Do(func() {
			c := p.NewHTTPStream(e)
			if _, err := c.OnRequestHeaders(1, true); err != nil {
				b.Fatal(err)
			}
			c.Done()
			e.request.Remove("hello")
		})
	}
}
