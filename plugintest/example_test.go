package plugintest_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/plugintest"
)

// A call of gRPC has its messages in frames.
func ExampleGRPCRequest() {
	r := plugintest.GRPCRequest("/shop.Cart/Add", "apple", "pear")
	fmt.Println(r.Method, r.Path, r.Headers.Get("content-type"))
	fmt.Printf("%q\n", r.Chunks)

	messages, err := plugintest.GRPCMessages(r.Chunks[0] + r.Chunks[1])
	fmt.Println(messages, err)
	// Output:
	// POST /shop.Cart/Add application/grpc
	// ["\x00\x00\x00\x00\x05apple" "\x00\x00\x00\x00\x04pear"]
	// [apple pear] <nil>
}

// Which engine can not be given a clock, and why.
func ExampleLacks() {
	for _, l := range plugintest.Lacks() {
		if l.Feature == plugintest.ClockControl {
			fmt.Println(l)
		}
	}
	// Output:
	// envoy lacks the feature "clock": Envoy's clock is the machine's
}
