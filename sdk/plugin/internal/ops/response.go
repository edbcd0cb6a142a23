package ops

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/plugin"
)

type responseOp = func(ctx context.Context, resp *http.Response) *plugin.Result

// responseOps are the operations of the response.
var responseOps = map[string]responseOp{
	"r-nil":     func(context.Context, *http.Response) *plugin.Result { return nil },
	"r-stop":    responseStop,
	"r-panic":   func(context.Context, *http.Response) *plugin.Result { panic("in a response") },
	"r-headers": responseHeaders,
	"r-split": func(_ context.Context, r *http.Response) *plugin.Result {
		r.Header.Set("X-New", "1\r\nX-Evil: 1")
		return plugin.ResultModify
	},
	"r-status": func(_ context.Context, r *http.Response) *plugin.Result {
		r.StatusCode = 418
		return plugin.ResultModify
	},
	"r-bad": func(_ context.Context, r *http.Response) *plugin.Result {
		r.StatusCode = 99
		return plugin.ResultModify
	},
	"r-options":   responseOptions,
	"r-read":      responseRead,
	"r-read-stop": responseReadStop,
	"r-replace":   responseReplace,
	"r-wrap":      responseWrap,
	"r-empty":     func(_ context.Context, r *http.Response) *plugin.Result { r.Body = nil; return plugin.ResultModify },
	"r-none":      responseReplace,
	"r-call":      responseCall,
	"r-call-read": responseCallRead,
	"r-slow":      responseSlow,
	"r-request":   responseRequest,
}

func responseStop(_ context.Context, resp *http.Response) *plugin.Result {
	resp.Header.Set("X-Kept", "1")
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(502), plugin.WithJSONResponse(map[string]int{"was": resp.StatusCode}))
}

func responseHeaders(_ context.Context, resp *http.Response) *plugin.Result {
	resp.Header.Set("X-New", "1")
	resp.Header.Add("X-Old", "added")
	resp.Header.Del("X-Gone")
	return plugin.ResultModify
}

func responseOptions(context.Context, *http.Response) *plugin.Result {
	return plugin.NewResult(plugin.Modify, plugin.WithStatus(202), plugin.WithBody("text/x", []byte("new")))
}

func responseRead(_ context.Context, resp *http.Response) *plugin.Result {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fail(err)
	}
	resp.Header.Set("X-Result", fmt.Sprint(len(body)))
	return plugin.ResultModify
}

func responseReadStop(_ context.Context, resp *http.Response) *plugin.Result {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fail(err)
	}
	return show("got %q", body)
}

func responseReplace(_ context.Context, resp *http.Response) *plugin.Result {
	resp.Body = io.NopCloser(strings.NewReader("something else"))
	return plugin.ResultModify
}

func responseWrap(_ context.Context, resp *http.Response) *plugin.Result {
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(strings.NewReader("<"), resp.Body, strings.NewReader(">")), resp.Body}
	return plugin.ResultModify
}

func responseCall(ctx context.Context, resp *http.Response) *plugin.Result {
	resp.Header.Set("X-Result", get(ctx, "/a"))
	return plugin.ResultModify
}

func responseCallRead(ctx context.Context, resp *http.Response) *plugin.Result {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fail(err)
	}
	resp.Body = io.NopCloser(strings.NewReader(string(body) + get(ctx, "/a")))
	return plugin.ResultModify
}

func responseSlow(ctx context.Context, resp *http.Response) *plugin.Result {
	resp.Header.Set("X-Result", get(ctx, "/slow"))
	return plugin.ResultModify
}

// responseRequest shows what is left of the request.
func responseRequest(_ context.Context, resp *http.Response) *plugin.Result {
	_, err := io.ReadAll(resp.Request.Body)
	resp.Header.Set("X-Result", fmt.Sprintf("%s %s %v", resp.Request.Method, resp.Request.URL.Path, err))
	return plugin.ResultModify
}
