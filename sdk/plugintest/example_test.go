package plugintest_test

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// In a real test t is the test's own.
func ExampleNew() {
	t := &testing.B{}
	h := plugintest.New(t, plugintest.Options{Config: []byte("good morning")})

	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}})
	fmt.Println("upstream sees:", ex.Upstream.Headers.Get("greeting"))

	ex.Respond([][2]string{{":status", "200"}}, []byte("hello"))
	fmt.Printf("client sees: %s %s\n", ex.Client.Headers.Get(":status"), ex.Client.Body)
	// Output:
	// upstream sees: good morning
	// client sees: 200 <hello>
}
