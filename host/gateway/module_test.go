package gateway

import (
	"context"
	"testing"
)

// TestModule: a module that the caller has made serves several gateways and sets,
// and none of them closes it.
func TestModule(t *testing.T) {
	m, err := sharedRuntime().Compile(t.Context(), "tag", tagger("v1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	for range 2 {
		b := start(t, Options{Plugins: []Plugin{{Name: "tag", Module: m, Config: []byte("one")}}}, echo)
		for range 2 {
			if a := b.get("/"); a.Header.Get("Got-X-Version") != "v1" || a.Header.Get("Got-X-Config") != "one" {
				t.Errorf("got %v", a.Header)
			}
			if err := b.g.Swap(t.Context(), []Plugin{{Name: "tag", Module: m, Config: []byte("one")}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.g.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
