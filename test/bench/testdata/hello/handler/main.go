// Command handler does scenario hello with net/http's types.
package main

import (
	"context"
	"net/http"

	"github.com/sluiceproxy/sluice/sdk/plugin"
)

func main() {}

func init() { plugin.Register(func() plugin.Handler { return hello{} }) }

type hello struct{}

func (hello) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	req.Header.Add("Hello", "world")
	return plugin.ResultModify
}

func (hello) ProcessResponse(context.Context, *http.Response) *plugin.Result {
	return plugin.ResultContinue
}

func (hello) Name() string   { return "bench" }
func (hello) Priority() int  { return 50 }
func (hello) Cleanup() error { return nil }
