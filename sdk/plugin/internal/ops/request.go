package ops

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugin"
)

type requestOp = func(ctx context.Context, req *http.Request) *plugin.Result

// requestOps are the operations of the request.
var requestOps = map[string]requestOp{
	"nil": func(context.Context, *http.Request) *plugin.Result { return nil },
	"unknown": func(context.Context, *http.Request) *plugin.Result {
		return plugin.NewResult(7, plugin.WithStatus(200))
	},
	"stop":        stop,
	"stop-json":   stopJSON,
	"stop-bare":   func(context.Context, *http.Request) *plugin.Result { return plugin.NewResult(plugin.Stop) },
	"stop-broken": stopBroken,
	"panic":       func(context.Context, *http.Request) *plugin.Result { panic("in a handler") },
	"headers":     headers,
	"split":       split,
	"target":      retarget,
	"no-url":      func(_ context.Context, req *http.Request) *plugin.Result { req.URL = nil; return plugin.ResultModify },
	"options": func(context.Context, *http.Request) *plugin.Result {
		return plugin.NewResult(plugin.Modify, plugin.WithHeaders(http.Header{"x-set": {"1"}}), plugin.WithBody("text/x", []byte("new")))
	},
	"describe":  describe,
	"read":      read,
	"read-stop": readStop,
	"read-part": readPart,
	"read-call": func(ctx context.Context, req *http.Request) *plugin.Result { return both(ctx, req, true) },
	"call-read": func(ctx context.Context, req *http.Request) *plugin.Result { return both(ctx, req, false) },
	"join":      join,
	"replace":   replace,
	"upper":     upper,
	"empty":     func(_ context.Context, req *http.Request) *plugin.Result { req.Body = nil; return plugin.ResultModify },
	"none": func(_ context.Context, req *http.Request) *plugin.Result {
		req.Body = http.NoBody
		return plugin.ResultModify
	},
	"huge":       huge,
	"trailers":   trailers,
	"call":       callOnce,
	"call-stop":  callStop,
	"slow":       slow,
	"slow-any":   slowAny,
	"sleep":      sleep,
	"panic-late": func(ctx context.Context, _ *http.Request) *plugin.Result { get(ctx, "/a"); panic("late") },
}

func stop(context.Context, *http.Request) *plugin.Result {
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(http.StatusForbidden), plugin.WithHeaders(http.Header{"X-Reason": {"a", "b"}}))
}

func stopJSON(context.Context, *http.Request) *plugin.Result {
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(http.StatusBadRequest),
		plugin.WithJSONResponse(map[string]string{"error": "Invalid request"}))
}

func stopBroken(context.Context, *http.Request) *plugin.Result {
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(200), plugin.WithJSONResponse(func() {}))
}

func headers(_ context.Context, req *http.Request) *plugin.Result {
	req.Header.Set("X-New", "1")
	req.Header.Add("X-Old", "added")
	req.Header.Del("X-Gone")
	req.Header["X-Many"] = []string{"1", "2", "3"}
	return plugin.ResultModify
}

func split(_ context.Context, req *http.Request) *plugin.Result {
	req.Header.Set("X-New", "1\r\nX-Evil: 1")
	return plugin.ResultModify
}

func retarget(_ context.Context, req *http.Request) *plugin.Result {
	req.Method = "PUT"
	req.Host = "other.test"
	req.URL.Path = "/other path"
	q := req.URL.Query()
	q.Set("q", "a&b")
	req.URL.RawQuery = q.Encode()
	return plugin.ResultModify
}

// describe shows what a handler sees.
func describe(_ context.Context, req *http.Request) *plugin.Result {
	return show("%s %s host=%s proto=%s remote=%v length=%d none=%v", req.Method, req.RequestURI, req.Host, req.Proto,
		strings.HasPrefix(req.RemoteAddr, "127.0.0.1:"), req.ContentLength, req.Body == http.NoBody)
}

// show answers with a text.
func show(format string, args ...any) *plugin.Result {
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(200), plugin.WithBody("text/plain", fmt.Appendf(nil, format, args...)))
}

func fail(err error) *plugin.Result {
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(call.StatusCode(err)), plugin.WithBody("text/plain", []byte(err.Error())))
}

func read(_ context.Context, req *http.Request) *plugin.Result {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return fail(err)
	}
	req.Header.Set("X-Result", strconv.Itoa(len(body)))
	return plugin.ResultModify
}

func readStop(_ context.Context, req *http.Request) *plugin.Result {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return fail(err)
	}
	return show("got %q", body)
}

func readPart(_ context.Context, req *http.Request) *plugin.Result {
	part := make([]byte, 2)
	n, err := io.ReadFull(req.Body, part)
	req.Header.Set("X-Result", fmt.Sprintf("%s %v", part[:n], err))
	return plugin.ResultModify
}

// both reads the body and makes a call.
func both(ctx context.Context, req *http.Request, first bool) *plugin.Result {
	var body []byte
	var err error
	if first {
		body, err = io.ReadAll(req.Body)
	}
	text := get(ctx, "/a")
	if !first {
		body, err = io.ReadAll(req.Body)
	}
	if errors.Is(err, plugin.ErrBodyAfterCall) {
		return plugin.NewResult(plugin.Stop, plugin.WithStatus(501))
	}
	req.Body = io.NopCloser(strings.NewReader(strings.ToUpper(string(body)) + text))
	req.Header.Set("X-Result", text)
	return plugin.ResultModify
}

// join reads and calls at the same time.
func join(ctx context.Context, req *http.Request) *plugin.Result {
	var body []byte
	var text string
	err := call.Join(ctx,
		func(context.Context) (err error) { body, err = io.ReadAll(req.Body); return err },
		func(ctx context.Context) error { text = get(ctx, "/a"); return nil })
	if err != nil {
		return fail(err)
	}
	req.Header.Set("X-Result", text+string(body))
	return plugin.ResultModify
}

func replace(_ context.Context, req *http.Request) *plugin.Result {
	req.Body = io.NopCloser(strings.NewReader("something else"))
	return plugin.ResultModify
}

// upper puts a reader around the body.
func upper(_ context.Context, req *http.Request) *plugin.Result {
	req.Body = struct {
		io.Reader
		io.Closer
	}{upperReader{req.Body}, req.Body}
	return plugin.ResultModify
}

type upperReader struct{ r io.Reader }

func (u upperReader) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	copy(p, bytes.ToUpper(p[:n]))
	return n, err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func huge(_ context.Context, req *http.Request) *plugin.Result {
	req.Body = io.NopCloser(zeros{})
	return plugin.ResultModify
}

func trailers(_ context.Context, req *http.Request) *plugin.Result {
	io.Copy(io.Discard, req.Body)
	req.Header.Set("X-Result", req.Trailer.Get("X-Sum"))
	if req.Trailer != nil {
		req.Trailer.Set("X-Sum", "changed")
	}
	return plugin.ResultModify
}

// get returns what the service answers.
func get(ctx context.Context, path string) string {
	resp, err := Client.Get(ctx, path)
	if err != nil {
		return err.Error()
	}
	return string(resp.Body)
}

func callOnce(ctx context.Context, req *http.Request) *plugin.Result {
	req.Header.Set("X-Result", get(ctx, "/a"))
	return plugin.ResultModify
}

func callStop(ctx context.Context, _ *http.Request) *plugin.Result {
	return show("stopped %s", get(ctx, "/a"))
}

// slow calls a service that doesn't answer, and goes on.
func slow(ctx context.Context, req *http.Request) *plugin.Result {
	req.Header.Set("X-Result", get(ctx, "/slow"))
	return plugin.ResultModify
}

// slowAny does it without the handlers' context.
func slowAny(_ context.Context, req *http.Request) *plugin.Result {
	return slow(context.Background(), req)
}

func sleep(ctx context.Context, req *http.Request) *plugin.Result {
	if err := call.Sleep(ctx, 50*time.Millisecond); err != nil {
		return fail(err)
	}
	req.Header.Set("X-Result", "slept")
	return plugin.ResultModify
}
