// Command handler is a plugin of net/http's requests.
package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

type handler struct{ client *call.Client }

func init() {
	plugin.Register(func() plugin.Handler {
		os.Exit(1) // want "exit: os.Exit"
		return &handler{call.New(wrapper.FQDNCluster{FQDN: "x.dns", Port: 80})}
	})
}

// ProcessRequest implements plugin.Handler.
func (h *handler) ProcessRequest(ctx context.Context, req *http.Request) *plugin.Result {
	if _, err := h.client.Get(ctx, "/"); err != nil {
		return plugin.NewResult(plugin.Stop, plugin.WithStatus(call.StatusCode(err)))
	}
	http.Get("http://example.com") // want "network: http.Get"
	return plugin.ResultModify
}

// ProcessResponse implements plugin.Handler.
func (h *handler) ProcessResponse(ctx context.Context, _ *http.Response) *plugin.Result {
	time.Sleep(1) // want "timers: time.Sleep"
	return plugin.ResultContinue
}

// Name implements plugin.Handler.
func (*handler) Name() string { return "handler" }

// Priority implements plugin.Handler.
func (*handler) Priority() int { return 1 }

// Cleanup implements plugin.Handler.
func (*handler) Cleanup() error { return os.Remove("x") } // want "files: os.Remove"
