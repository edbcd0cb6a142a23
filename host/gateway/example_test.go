package gateway_test

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// A gateway in front of the built-in httpbin, without plugins.
func Example() {
	bin, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() { _ = gateway.ServeHTTPBin(bin) }()
	defer bin.Close()

	clusters, _ := upstream.New(upstream.Options{}, upstream.Cluster{Name: "httpbin", URL: "http://" + bin.Addr().String()})
	ctx := context.Background()
	g, err := gateway.New(ctx, gateway.Options{
		Clusters:  clusters,
		Routes:    []gateway.Route{{Name: "all", Cluster: "httpbin"}},
		AccessLog: func(e gateway.Entry) { fmt.Println(e.Method, e.Path, e.Status, e.Route, e.Details) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() { _ = g.Serve(l) }()

	res, err := http.Get("http://" + l.Addr().String() + "/status/204")
	if err != nil {
		fmt.Println(err)
		return
	}
	res.Body.Close()
	_ = g.Shutdown(ctx)
	// Output: GET /status/204 204 all via_upstream
}
