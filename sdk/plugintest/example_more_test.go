package plugintest_test

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// A request comes in pieces, and its client goes away before the end.
func ExampleExchange_More() {
	t := &testing.B{}
	h := plugintest.New(t, plugintest.Options{
		HasCluster: func(name string) bool { return name == "auth" },
		OnLog:      func(l plugintest.LogLine) { fmt.Println(l) },
	})
	headers := [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "a.test"}, {"x-op", "upload"}}
	ex := h.Send(plugintest.Input{Headers: headers, Open: true, Protocol: "HTTP/2"})
	ex.More([]byte("half"), false)
	fmt.Printf("upstream has %q, ended: %v\n", ex.Upstream.Body, ex.Upstream.Ended)

	ex.Abort()
	fmt.Println("broken off:", ex.Reset)
	// Output:
	// upstream has "half", ended: false
	// info: done upload
	// broken off: true
}
