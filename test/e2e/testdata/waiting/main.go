// Command waiting is a plugin that looks at whole bodies, in the style that the
// environment variable STYLE names. It refuses those with "evil" in them, and
// marks the others that it has seen in the header x-seen.
package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/sluiceproxy/sluice/sdk/filter"
	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	switch style := os.Getenv("STYLE"); style {
	case "callbacks":
		wrapper.SetCtx("waiting",
			wrapper.ProcessRequestHeaders(hold),
			wrapper.ProcessRequestBody(func(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
				return look(body, proxywasm.AddHttpRequestHeader)
			}),
			wrapper.ProcessResponseHeaders(hold),
			wrapper.ProcessResponseBody(func(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
				return look(body, proxywasm.AddHttpResponseHeader)
			}))
	case "straight":
		wrapper.SetCtx("waiting",
			wrapper.ProcessRequestHeaders(hold),
			wrapper.HandleRequestBody(func(_ context.Context, _ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
				return look(body, proxywasm.AddHttpRequestHeader)
			}),
			wrapper.ProcessResponseHeaders(hold),
			wrapper.HandleResponseBody(func(_ context.Context, _ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
				return look(body, proxywasm.AddHttpResponseHeader)
			}))
	case "filter", "filter-calls":
		var options []filter.Option
		if style == "filter-calls" {
			options = append(options, filter.WithCalls())
		}
		filter.Register(filter.Plugin("waiting", nil, func(*struct{}, *filter.Stream) *guard { return &guard{} }, options...))
	case "handler":
		plugin.Register(func() plugin.Handler { return handler{} })
	}
}

var evil = []byte("evil")

func hold(ctx wrapper.HttpContext, _ struct{}) types.Action {
	phase := ctx.GetExecutionPhase()
	if phase == wrapper.DecodeHeader && !ctx.HasRequestBody() || phase == wrapper.EncodeHeader && !ctx.HasResponseBody() {
		return types.HeaderContinue
	}
	return types.HeaderStopIteration
}

func look(body []byte, mark func(name, value string) error) types.Action {
	if bytes.Contains(body, evil) {
		_ = proxywasm.SendHttpResponse(403, nil, nil, -1)
		return types.ActionPause
	}
	_ = mark("x-seen", "yes")
	return types.ActionContinue
}

type guard struct{}

func (*guard) DecodeHeaders(context.Context, *filter.Headers, bool) filter.Action {
	return filter.WaitAllData
}

func (*guard) DecodeRequest(_ context.Context, h *filter.Headers, body *filter.Data, _ *filter.Headers) filter.Action {
	return judge(h, body)
}

func (*guard) EncodeHeaders(context.Context, *filter.Headers, bool) filter.Action {
	return filter.WaitAllData
}

func (*guard) EncodeResponse(_ context.Context, h *filter.Headers, body *filter.Data, _ *filter.Headers) filter.Action {
	return judge(h, body)
}

func judge(h *filter.Headers, body *filter.Data) filter.Action {
	if bytes.Contains(body.Bytes(), evil) {
		return &filter.LocalReply{Status: 403}
	}
	if err := h.Set("x-seen", "yes"); err != nil {
		return filter.Fail(err)
	}
	return filter.Continue
}

type handler struct{}

func (handler) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	return read(req.Body, req.Header)
}

func (handler) ProcessResponse(_ context.Context, resp *http.Response) *plugin.Result {
	return read(resp.Body, resp.Header)
}

func (handler) Name() string   { return "waiting" }
func (handler) Priority() int  { return 0 }
func (handler) Cleanup() error { return nil }

func read(r io.Reader, h http.Header) *plugin.Result {
	body, err := io.ReadAll(r)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return plugin.ResultContinue // the module answers
	case err != nil || bytes.Contains(body, evil):
		return plugin.NewResult(plugin.Stop, plugin.WithStatus(403))
	}
	h.Set("X-Seen", "yes")
	return plugin.ResultModify
}
