package host

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// fakeCaller records calls and lets the test answer them.
type fakeCaller struct {
	err   error
	req   HTTPCallRequest
	ctx   context.Context
	done  func(HTTPCallResponse)
	redis RedisOptions
	query string
	reply func(RedisResponse)
}

func (f *fakeCaller) HTTPCall(ctx context.Context, cluster string, req HTTPCallRequest, done func(HTTPCallResponse)) error {
	if cluster != "known" {
		return fmt.Errorf("%w %q", ErrUnknownCluster, cluster)
	}
	f.ctx, f.req, f.done = ctx, req, done
	return f.err
}

func (f *fakeCaller) Redis(cluster string, o RedisOptions) (RedisConn, error) {
	if cluster != "known" {
		return nil, fmt.Errorf("%w %q", ErrUnknownCluster, cluster)
	}
	f.redis = o
	return f, f.err
}

func (f *fakeCaller) Do(ctx context.Context, query []byte, done func(RedisResponse)) error {
	f.ctx, f.query, f.reply = ctx, string(query), done
	return f.err
}

type callArgs struct{ cluster, headers, body, trailers string }

func (r *rig) httpCall(a callArgs, timeout, token uint64) Status {
	r.t.Helper()
	c, cn := r.str(0, a.cluster)
	h, hn := r.str(1, a.headers)
	b, bn := r.str(2, a.body)
	tr, trn := r.str(3, a.trailers)
	return r.do(&r.p.scope, "proxy_http_call", c, cn, h, hn, b, bn, tr, trn, timeout, token)
}

func goodCall() callArgs {
	return callArgs{"known", string(AppendPairs(nil, [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "x"}})), "body", string(AppendPairs(nil, [][2]string{{"t", "1"}}))}
}

func TestHTTPCallStatuses(t *testing.T) {
	f := &fakeCaller{}
	r := newRig(t, VMOptions{Clusters: f})
	r.vm.o.Worker.Do(func() {
		unknown := goodCall()
		unknown.cluster = "nobody"
		wantStatus(t, "unknown cluster", r.httpCall(unknown, 100, outAddr), StatusBadArgument)
		r.wantLog(`unknown cluster "nobody"`)
		wantStatus(t, "negative timeout", r.httpCall(goodCall(), 1<<31, outAddr), StatusBadArgument)
		wantStatus(t, "bad token", r.httpCall(goodCall(), 100, huge), StatusInvalidMemoryAccess)
		wantStatus(t, "bad cluster", r.do(&r.p.scope, "proxy_http_call", huge, 1, 0, 0, 0, 0, 0, 0, 1, outAddr), StatusInvalidMemoryAccess)
		f.err = ErrBadRequest
		wantStatus(t, "bad request", r.httpCall(goodCall(), 100, outAddr), StatusBadArgument)
		f.err = errors.New("other")
		wantStatus(t, "other error", r.httpCall(goodCall(), 100, outAddr), StatusInternalFailure)
		if f.ctx.Err() == nil || len(r.vm.calls) != 0 {
			t.Error("a call that did not start must leave nothing behind")
		}
		r.vm.o.Clusters = nil
		wantStatus(t, "no clusters", r.httpCall(goodCall(), 100, outAddr), StatusBadArgument)
	})
}

func TestHTTPCallAnswer(t *testing.T) {
	f := &fakeCaller{}
	r := newRig(t, VMOptions{Clusters: f})
	w := r.vm.o.Worker
	var token uint32
	w.Do(func() {
		wantStatus(t, "call", r.httpCall(goodCall(), 250, outAddr), StatusOK)
		token = r.word(outAddr)
		if fmt.Sprint(f.req.Headers, f.req.Trailers) != "[[:method GET] [:path /] [:authority x]] [[t 1]]" || string(f.req.Body) != "body" || f.req.Timeout != 250*time.Millisecond {
			t.Errorf("request %+v", f.req)
		}
		f.done(HTTPCallResponse{ // a Caller that answers at once must not deadlock
			Headers: HeaderMapOf(MapCallResponseHeaders, [2]string{":status", "200"}, [2]string{"a", "1"}),
			Body:    []byte("answer"), Trailers: HeaderMapOf(MapCallResponseTrailers, [2]string{"t", "2"}),
		})
		r.wantEvents() // it comes after what runs now
	})
	w.Do(func() {
		r.wantEvents(fmt.Sprintf("http_call_response(1,%d,2,6,1)", token))
		f.done(HTTPCallResponse{})
	})
	w.Do(func() { r.wantEvents() }) // the second answer counts for nothing
}

func TestHTTPCallFailure(t *testing.T) {
	f := &fakeCaller{}
	r := newRig(t, VMOptions{Clusters: f})
	r.vm.o.Worker.Do(func() { r.httpCall(goodCall(), 0, outAddr); r.events() })
	f.done(HTTPCallResponse{Body: []byte("half"), Err: errors.New("broke off")})
	r.vm.o.Worker.Do(func() {
		r.wantEvents("http_call_response(1,1,0,0,0)")
		r.wantLog("debug rig: proxy_http_call failed: broke off")
		wantStatus(t, "status", r.do(&r.p.scope, "proxy_get_status", outAddr+8, outAddr, outAddr+4), StatusOK)
		if r.word(outAddr+8) != uint32(StatusBrokenConnection) {
			t.Errorf("code %d", r.word(outAddr+8))
		}
	})
}

func TestCallAnswerCanBeRead(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		r.p.answer = &HTTPCallResponse{Headers: HeaderMapOf(MapCallResponseHeaders, [2]string{":status", "200"}), Body: []byte("answer")}
		stream := r.p.NewHTTPStream(newFakeHTTP()) // the SDKs switch to the stream first
		k, kn := r.str(0, ":status")
		wantStatus(t, "header", r.do(&stream.scope, "proxy_get_header_map_value", 6, k, kn, outAddr, outAddr+4), StatusOK)
		wantStatus(t, "trailers", r.do(&stream.scope, "proxy_get_header_map_value", 7, k, kn, outAddr, outAddr+4), StatusBadArgument)
		wantStatus(t, "body", r.do(&stream.scope, "proxy_get_buffer_bytes", 4, 2, 3, outAddr, outAddr+4), StatusOK)
		if r.out() != "swe" {
			t.Errorf("body %q", r.out())
		}
		wantStatus(t, "change", r.do(&stream.scope, "proxy_set_buffer_bytes", 4, 0, 0, k, kn), StatusBadArgument)
		r.p.answer = nil
	})
}

func TestCalloutsEndWithThePlugin(t *testing.T) {
	f := &fakeCaller{}
	r := newRig(t, VMOptions{Clusters: f})
	r.vm.o.Worker.Do(func() {
		c := r.p.NewHTTPStream(newFakeHTTP())
		c.OnRequestHeaders(1, true)
		wantStatus(t, "call", r.httpCall(goodCall(), 0, outAddr), StatusOK)
		c.Done()
		if f.ctx.Err() != nil {
			t.Error("a callout belongs to the plugin and outlives the stream, as on Envoy")
		}
		r.p.Close()
		if f.ctx.Err() == nil {
			t.Error("the callout outlives its plugin")
		}
		r.events()
	})
	f.done(HTTPCallResponse{})
	r.vm.o.Worker.Do(func() { r.wantEvents() })
}

func TestRedis(t *testing.T) {
	f := &fakeCaller{}
	r := newRig(t, VMOptions{Clusters: f})
	w := r.vm.o.Worker
	init := func(cluster string) Status {
		c, cn := r.str(0, cluster)
		u, un := r.str(1, "user")
		p, pn := r.str(2, "secret")
		return r.do(&r.p.scope, "proxy_redis_init", c, cn, u, un, p, pn, 1500)
	}
	call := func(cluster string) Status {
		c, cn := r.str(0, cluster)
		q, qn := r.str(1, "*1\r\n$4\r\nPING\r\n")
		return r.do(&r.p.scope, "proxy_redis_call", c, cn, q, qn, outAddr)
	}
	w.Do(func() {
		wantStatus(t, "call before init", call("known"), StatusBadArgument)
		wantStatus(t, "unknown", init("nobody"), StatusBadArgument)
		wantStatus(t, "bad db", init("known?db=x"), StatusBadArgument)
		wantStatus(t, "init", init("known?db=3&buffer_flush_timeout=3"), StatusOK)
		if f.redis != (RedisOptions{"user", "secret", 3, 1500 * time.Millisecond}) {
			t.Errorf("options %+v", f.redis)
		}
		wantStatus(t, "call", call("known"), StatusOK)
		if f.query != "*1\r\n$4\r\nPING\r\n" {
			t.Errorf("query %q", f.query)
		}
	})
	f.reply(RedisResponse{Body: []byte("+PONG\r\n")})
	w.Do(func() {
		r.wantEvents(fmt.Sprintf("redis_call_response(1,%d,0,7)", r.word(outAddr)))
		call("known")
	})
	f.reply(RedisResponse{Err: errors.New("gone")})
	w.Do(func() {
		r.wantEvents(fmt.Sprintf("redis_call_response(1,%d,1,0)", r.word(outAddr)))
		r.wantLog("proxy_redis_call failed: gone")
		f.err = ErrBadRequest
		wantStatus(t, "refused", call("known"), StatusBadArgument)
		wantStatus(t, "bad token", r.do(&r.p.scope, "proxy_redis_call", 0, 0, 0, 0, huge), StatusInvalidMemoryAccess)
		wantStatus(t, "bad init", r.do(&r.p.scope, "proxy_redis_init", huge, 1, 0, 0, 0, 0, 1), StatusInvalidMemoryAccess)
	})
	for _, l := range r.logs {
		if l == "secret" {
			t.Error("a password in the log")
		}
	}
}
