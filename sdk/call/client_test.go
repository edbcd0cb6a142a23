package call_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestMethodsAndOptions(t *testing.T) {
	client := call.New(cluster, call.WithHeader("x-all", "1"))
	body := []byte("body")
	for method, send := range map[string]func(ctx context.Context) (*call.Response, error){
		"GET":     func(ctx context.Context) (*call.Response, error) { return client.Get(ctx, "/p?q=1") },
		"HEAD":    func(ctx context.Context) (*call.Response, error) { return client.Head(ctx, "/p?q=1") },
		"OPTIONS": func(ctx context.Context) (*call.Response, error) { return client.Options(ctx, "/p?q=1") },
		"DELETE":  func(ctx context.Context) (*call.Response, error) { return client.Delete(ctx, "/p?q=1") },
		"POST":    func(ctx context.Context) (*call.Response, error) { return client.Post(ctx, "/p?q=1", body) },
		"PUT":     func(ctx context.Context) (*call.Response, error) { return client.Put(ctx, "/p?q=1", body) },
		"PATCH":   func(ctx context.Context) (*call.Response, error) { return client.Patch(ctx, "/p?q=1", body) },
		"PURGE": func(ctx context.Context) (*call.Response, error) {
			return client.Do(ctx, "PURGE", "/p?q=1", call.Body(body), call.Timeout(2*time.Second),
				call.WithHeaders([][2]string{{"x-a", "1"}, {"x-b", "2"}}), nil)
		},
	} {
		var resp *call.Response
		var err error
		h, _ := runHandler(t, plugintest.Options{}, func(ctx context.Context) { resp, err = send(ctx) })
		calls := h.PendingHTTPCalls()
		if len(calls) != 1 {
			t.Fatalf("%s: %d calls", method, len(calls))
		}
		c := calls[0]
		if c.Headers.Get(":method") != method || c.Headers.Get(":path") != "/p?q=1" ||
			c.Headers.Get(":authority") != "service.test" || c.Headers.Get("x-all") != "1" || c.Cluster != "service" {
			t.Errorf("%s: sent %v to %s", method, c.Headers, c.Cluster)
		}
		if withBody := strings.HasPrefix(method, "P"); withBody != (string(c.Body) == "body") {
			t.Errorf("%s: sent the body %q", method, c.Body)
		}
		want := call.DefaultTimeout
		if method == "PURGE" {
			want = 2 * time.Second
			if c.Headers.Get("x-b") != "2" {
				t.Errorf("headers %v", c.Headers)
			}
		}
		if c.Timeout != want {
			t.Errorf("%s: timeout %v, want %v", method, c.Timeout, want)
		}
		h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
			return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "404"}, {"set-cookie", "a"}, {"set-cookie", "b"}}, Body: body}
		})
		if err != nil || resp.StatusCode != 404 || resp.OK() || string(resp.Body) != "body" ||
			resp.Header.Get("Set-Cookie") != "a" || len(resp.Header.Values("set-cookie")) != 2 || resp.Header.Get("none") != "" {
			t.Errorf("%s: got %+v, %v", method, resp, err)
		}
	}
}

// What a gateway makes up is an error, what a service sends is an answer.
func TestFailures(t *testing.T) {
	text := func(status, body string) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Body: []byte(body), Headers: [][2]string{
			{":status", status}, {"content-length", "1"}, {"content-type", "text/plain"}}}
	}
	const connect = "upstream connect error or disconnect/reset before headers. reset reason: "
	real504 := text("504", "upstream request timeout")
	real504.Headers = append(real504.Headers, [2]string{"date", "today"})
	for _, c := range []struct {
		name   string
		answer plugintest.HTTPAnswer
		want   error
		status int
	}{
		{"nothing", plugintest.HTTPAnswer{}, call.ErrReset, 502},
		{"timeout", text("504", "upstream request timeout"), call.ErrTimeout, 504},
		{"refused", text("503", connect+"remote connection failure"), call.ErrRefused, 503},
		{"no host", text("503", "no healthy upstream"), call.ErrRefused, 503},
		{"overflow", text("503", connect+"overflow"), call.ErrRefused, 503},
		{"lost", text("503", connect+"connection termination"), call.ErrReset, 502},
		{"lost after a retry", text("503", strings.Replace(connect, "reset reason", "retried and the latest reset reason", 1)+"remote reset"), call.ErrReset, 502},
		{"connecting took too long", text("503", connect+"connection timeout"), call.ErrTimeout, 504},
		{"a service's own 503", text("503", "down for maintenance"), nil, 200},
		{"a service's own 504", real504, nil, 200},
		{"200", text("200", "no healthy upstream"), nil, 200},
	} {
		var err error
		h, _ := runHandler(t, plugintest.Options{}, func(ctx context.Context) {
			_, err = call.New(cluster).Get(ctx, "/p?secret=1")
		})
		h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return c.answer })
		if !errors.Is(err, c.want) || call.StatusCode(err) != c.status {
			t.Errorf("%s: got %v (%d), want %v (%d)", c.name, err, call.StatusCode(err), c.want, c.status)
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), `GET /p at cluster "service"`)) {
			t.Errorf("%s: the error says %q", c.name, err)
		}
	}
}

func TestErrorsAreStandardOnesToo(t *testing.T) {
	if !errors.Is(call.ErrTimeout, context.DeadlineExceeded) || !errors.Is(call.ErrStreamEnded, context.Canceled) ||
		errors.Is(call.ErrReset, context.Canceled) {
		t.Error("a reason is not the standard error that it should be")
	}
	if call.StatusCode(errors.New("x")) != 500 || call.StatusCode(context.DeadlineExceeded) != 504 {
		t.Error("statuses of other errors")
	}
}

func TestRefusedBeforeItIsSent(t *testing.T) {
	h, _ := runHandler(t, plugintest.Options{}, func(ctx context.Context) {
		client := call.New(cluster)
		for _, url := range []string{"/a\r\nx: y", "no-scheme:", "/%zz"} {
			if _, err := client.Get(ctx, url); err == nil || call.StatusCode(err) != 500 {
				t.Errorf("%q: got %v", url, err)
			}
		}
		if _, err := client.Get(ctx, "/", call.WithHeader("a", "b\r\nc: d")); err == nil {
			t.Error("a header with a line break was taken")
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := client.Get(gone, "/"); !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled context: %v", err)
		}
		if err := call.Join(gone, func(context.Context) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("Join with a cancelled context: %v", err)
		}
	})
	if n := len(h.PendingHTTPCalls()); n != 0 {
		t.Errorf("%d calls were sent", n)
	}
}

func TestOutsideOfHandlers(t *testing.T) {
	ctx := context.Background()
	_, err := call.New(cluster).Get(ctx, "/")
	for what, err := range map[string]error{"Get": err, "Sleep": call.Sleep(ctx, 1), "Join": call.Join(ctx)} {
		if !errors.Is(err, call.ErrNoHandler) {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

func TestJoinWithADeadline(t *testing.T) {
	var got error
	ran := 0
	runHandler(t, plugintest.Options{}, func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		boom := errors.New("boom")
		fail := func(context.Context) error { ran++; return boom }
		got = call.Join(ctx, fail, func(context.Context) error { ran++; return nil }, fail)
		if !errors.Is(got, boom) {
			t.Errorf("got %v", got)
		}
	})
	if ran != 3 {
		t.Errorf("ran %d functions", ran)
	}
}
