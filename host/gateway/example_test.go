package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"

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

// The admin endpoint is a handler for a listener that clients can't reach.
func ExampleGateway_AdminHandler() {
	ctx := context.Background()
	g, err := gateway.New(ctx, gateway.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = g.Shutdown(ctx) }()
	admin := httptest.NewServer(g.AdminHandler())
	defer admin.Close()

	res, err := http.Get(admin.URL + "/ready")
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	fmt.Print(res.Status, " ", string(body))
	// Output: 200 OK LIVE
}
