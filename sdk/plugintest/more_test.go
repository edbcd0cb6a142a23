package plugintest_test

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// grpc is a request of a gRPC client with an x-op.
func grpc(op string) [][2]string {
	return append(getOp(op), [2]string{"content-type", "application/grpc"})
}

func getOp(op string) [][2]string {
	return [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}, {"x-op", op}}
}

func TestRequestInPieces(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Send(plugintest.Input{Headers: getOp(""), Open: true})
	if !ex.Upstream.Sent() || ex.Upstream.Ended {
		t.Fatalf("upstream got headers %v, end %v", ex.Upstream.Sent(), ex.Upstream.Ended)
	}
	ex.More([]byte("one "), false)
	if got := string(ex.Upstream.Body); got != "one " || ex.Upstream.Ended {
		t.Errorf("body %q, ended %v", got, ex.Upstream.Ended)
	}
	ex.More([]byte("two"), false).MoreTrailers([][2]string{{"x-t", "1"}})
	if got := string(ex.Upstream.Body); got != "one two" || !ex.Upstream.Ended || ex.Upstream.Trailers.Get("x-t") != "1" {
		t.Errorf("body %q, ended %v, trailers %v", got, ex.Upstream.Ended, ex.Upstream.Trailers)
	}
	if ex.More([]byte("late"), true); string(ex.Upstream.Body) != "one two" {
		t.Error("a part behind the end was sent on")
	}
}

func TestResponseInPieces(t *testing.T) {
	ex := plugintest.New(t, plugintest.Options{}).Request(getOp(""))
	ex.RespondWith(plugintest.Input{Headers: [][2]string{{":status", "200"}}, Open: true})
	if !ex.Client.Sent() || ex.Client.Ended {
		t.Fatalf("the client got headers %v, end %v", ex.Client.Sent(), ex.Client.Ended)
	}
	ex.RespondMore([]byte("a"), false).RespondTrailers([][2]string{{"x-t", "1"}})
	if string(ex.Client.Body) != "<a>" || !ex.Client.Ended || ex.Client.Trailers.Get("x-t") != "1" {
		t.Errorf("the client got %+v", ex.Client)
	}
}

// What follows the plugin's own answer reaches nobody.
func TestPiecesBehindAReply(t *testing.T) {
	ex := plugintest.New(t, plugintest.Options{}).Send(plugintest.Input{Headers: getOp("deny"), Open: true})
	ex.More([]byte("x"), true)
	if ex.Reply == nil || ex.Upstream.Sent() || len(ex.Upstream.Body) > 0 {
		t.Errorf("reply %+v, upstream %+v", ex.Reply, ex.Upstream)
	}
}

func TestAbort(t *testing.T) {
	var seen []plugintest.LogLine
	h := plugintest.New(t, plugintest.Options{OnLog: func(l plugintest.LogLine) { seen = append(seen, l) }})
	ex := h.Send(plugintest.Input{Headers: getOp("buffer"), Open: true})
	ex.More([]byte("x"), false).Abort()
	if !ex.Reset || ex.Upstream.Ended {
		t.Errorf("reset %v, upstream has all %v", ex.Reset, ex.Upstream.Ended)
	}
	logs := h.Logs()
	if len(logs) == 0 || logs[len(logs)-1].Message != "done buffer" {
		t.Errorf("the stream did not end: %v", logs)
	}
	if len(seen) != len(logs) {
		t.Errorf("OnLog got %v, Logs has %v", seen, logs)
	}
	if ex.More([]byte("y"), true); ex.Upstream.Ended {
		t.Error("a part behind the end was sent on")
	}
}

func TestReplyToGRPC(t *testing.T) {
	ex := plugintest.New(t, plugintest.Options{}).Send(plugintest.Input{Headers: grpc("deny"), Protocol: "HTTP/2"})
	c := ex.Client
	if c.Headers.Get(":status") != "200" || c.Headers.Get("grpc-status") != "7" || c.Headers.Get("grpc-message") != "denied" {
		t.Errorf("headers %v", c.Headers)
	}
	if got := c.Headers.Get("content-type"); got != "application/grpc" || len(c.Body) > 0 && string(c.Body) != "<>" || !c.Ended {
		t.Errorf("content-type %s, body %q, ended %v", got, c.Body, c.Ended)
	}
	if got := c.Headers.Get("x-why"); got != "no key" {
		t.Errorf("the plugin's header is %q", got)
	}
}

func TestHasCluster(t *testing.T) {
	for _, has := range []bool{true, false} {
		h := plugintest.New(t, plugintest.Options{HasCluster: func(name string) bool { return has && name == "auth" }})
		h.Request(getOp("call"))
		if got := len(h.PendingHTTPCalls()) == 1; got != has {
			t.Errorf("the call was made: %v, want %v", got, has)
		}
	}
}
