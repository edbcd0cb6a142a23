package wrapper

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// bodies are the ways in which the body "hello" can arrive.
var bodies = []plugintest.Input{
	{Chunks: chunks("hello")},
	{Chunks: chunks("he", "llo")},
	{Chunks: chunks("h", "e", "l", "l", "o")},
	{Chunks: chunks("hello", "")},
	{Chunks: chunks("", "hel", "", "lo", "")},
	{Chunks: chunks("hello"), Trailers: [][2]string{{"x-trailer", "1"}}},
	{Chunks: chunks("he", "llo"), Trailers: [][2]string{{"x-trailer", "1"}}},
}

// exchange sends input as the request or as the response, and returns what
// arrives at the other end.
func exchange(h *plugintest.Host, d direction, in plugintest.Input, more ...[2]string) (*plugintest.Exchange, *plugintest.Message) {
	if d == request {
		in.Headers = append(requestTo("POST", "a.test", "/"), more...)
		ex := h.Send(in)
		return ex, &ex.Upstream
	}
	in.Headers = append([][2]string{{":status", "200"}}, more...)
	ex := h.Request(get)
	ex.RespondWith(in)
	return ex, &ex.Client
}

func eachDirection(t *testing.T, f func(t *testing.T, d direction)) {
	t.Run("request", func(t *testing.T) { f(t, request) })
	t.Run("response", func(t *testing.T) { f(t, response) })
}

// A buffered handler gets the whole body once, however it arrives.
func TestBufferedBody(t *testing.T) {
	eachDirection(t, func(t *testing.T, d direction) {
		for i, in := range bodies {
			var seen []string
			h := start(t, plugintest.Options{}, onBody(d, func(_ HttpContext, _ settings, body []byte) types.Action {
				seen = append(seen, string(body))
				if err := replaceBody(d, bytes.ToUpper(body)); err != nil {
					t.Error(err)
				}
				return types.ActionContinue
			}))
			_, out := exchange(h, d, in)
			if len(seen) != 1 || seen[0] != "hello" || string(out.Body) != "HELLO" || !out.Ended {
				t.Errorf("body %d: the handler saw %q, %q arrived, ended %v", i, seen, out.Body, out.Ended)
			}
			if in.Trailers != nil && out.Trailers.Get("x-trailer") != "1" {
				t.Errorf("body %d: trailers %v", i, out.Trailers)
			}
		}
	})
}

func TestEmptyBufferedBody(t *testing.T) {
	eachDirection(t, func(t *testing.T, d direction) {
		for _, in := range []plugintest.Input{{Chunks: chunks("")}, {Trailers: [][2]string{{"a", "b"}}}} {
			calls := 0
			h := start(t, plugintest.Options{}, onBody(d, func(_ HttpContext, _ settings, body []byte) types.Action {
				if calls++; len(body) != 0 {
					t.Errorf("body %q", body)
				}
				return types.ActionContinue
			}))
			if _, out := exchange(h, d, in); calls != 1 || !out.Ended {
				t.Errorf("%+v: %d calls, ended %v", in, calls, out.Ended)
			}
		}
	})
}

// A streaming handler's answers take the place of the parts.
func TestStreamingBody(t *testing.T) {
	eachDirection(t, func(t *testing.T, d direction) {
		for i, in := range bodies {
			var got bytes.Buffer
			lasts := 0
			h := start(t, plugintest.Options{}, onChunk(d, func(_ HttpContext, _ settings, chunk []byte, last bool) []byte {
				got.Write(chunk)
				if last {
					lasts++
				}
				return bytes.ToUpper(chunk)
			}))
			_, out := exchange(h, d, in)
			if got.String() != "hello" || lasts != 1 || string(out.Body) != "HELLO" || !out.Ended {
				t.Errorf("body %d: handler saw %q, %d ends; %q arrived, ended %v", i, got.String(), lasts, out.Body, out.Ended)
			}
		}
	})
}

func TestStreamingHandlerDropsAndAdds(t *testing.T) {
	eachDirection(t, func(t *testing.T, d direction) {
		h := start(t, plugintest.Options{}, onChunk(d, func(_ HttpContext, _ settings, chunk []byte, last bool) []byte {
			if last {
				return append(chunk, " end"...)
			}
			return nil
		}))
		if _, out := exchange(h, d, plugintest.Input{Chunks: chunks("secret", "last")}); string(out.Body) != "last end" {
			t.Errorf("%q arrived", out.Body)
		}
	})
}

// No header of a client or upstream switches a handler off.
func TestBodyIsReadWhateverItsType(t *testing.T) {
	eachDirection(t, func(t *testing.T, d direction) {
		for _, header := range [][2]string{
			{"content-type", "application/octet-stream"}, {"content-type", "application/grpc"},
			{"content-encoding", "gzip"}, {"content-encoding", "identity"}, {"content-encoding", "x"},
		} {
			called := false
			h := start(t, plugintest.Options{}, onBody(d, func(HttpContext, settings, []byte) types.Action {
				called = true
				return types.ActionContinue
			}))
			if exchange(h, d, bodies[1], header); !called {
				t.Errorf("%s switched the handler off", header)
			}
		}
	})
}

func TestUpgrade(t *testing.T) {
	upgrade := [][2]string{{"connection", "keep-alive, Upgrade"}, {"upgrade", "websocket"}}
	for _, c := range []struct {
		status string
		reads  bool
	}{{"101", false}, {"200", true}} {
		requests, responses, isWebsocket := 0, 0, false
		h := start(t, plugintest.Options{},
			ProcessRequestBody(func(HttpContext, settings, []byte) types.Action { requests++; return types.ActionContinue }),
			ProcessResponseBody(func(c HttpContext, _ settings, _ []byte) types.Action {
				responses++
				isWebsocket = c.IsWebsocket()
				return types.ActionContinue
			}))
		ex := h.Send(plugintest.Input{Headers: requestTo("POST", "a.test", "/", upgrade...), Chunks: chunks("trick")})
		if requests != 1 {
			t.Errorf("status %s: a body before the switch was read %d times", c.status, requests)
		}
		ex.Respond([][2]string{{":status", c.status}}, chunks("data")...)
		if (responses == 1) != c.reads || isWebsocket != c.reads {
			t.Errorf("status %s: the response was read %d times", c.status, responses)
		}
	}
}

func TestDontRead(t *testing.T) {
	eachDirection(t, func(t *testing.T, d direction) {
		h := start(t, plugintest.Options{},
			onHeaders(d, func(c HttpContext, _ settings) types.Action {
				if d == request {
					c.DontReadRequestBody()
				} else {
					c.DontReadResponseBody()
				}
				return types.ActionContinue
			}),
			onBody(d, func(HttpContext, settings, []byte) types.Action { t.Error("called"); return types.ActionContinue }),
			onChunk(d, func(HttpContext, settings, []byte, bool) []byte { t.Error("called"); return nil }))
		if _, out := exchange(h, d, bodies[1]); string(out.Body) != "hello" {
			t.Errorf("%q arrived", out.Body)
		}
	})
}

func TestBufferInsteadOfStreaming(t *testing.T) {
	eachDirection(t, func(t *testing.T, d direction) {
		for _, buffer := range []bool{true, false} {
			whole, parts := 0, 0
			h := start(t, plugintest.Options{},
				onHeaders(d, func(c HttpContext, _ settings) types.Action {
					if buffer && d == request {
						c.BufferRequestBody()
					} else if buffer {
						c.BufferResponseBody()
					}
					return types.ActionContinue
				}),
				onBody(d, func(HttpContext, settings, []byte) types.Action { whole++; return types.ActionContinue }),
				onChunk(d, func(_ HttpContext, _ settings, chunk []byte, _ bool) []byte { parts++; return chunk }))
			exchange(h, d, bodies[1])
			if got := fmt.Sprint(whole, parts); buffer && got != "1 0" || !buffer && got != "0 2" {
				t.Errorf("buffer %v: whole and parts %s", buffer, got)
			}
		}
	})
}

// A body that can't be read or replaced doesn't pass.
func TestBodyThatCantBeRead(t *testing.T) {
	for _, open := range []bool{false, true} {
		options := []CtxOption[settings]{onBody(request, func(HttpContext, settings, []byte) types.Action {
			t.Error("called without a body")
			return types.ActionContinue
		})}
		want := types.ActionPause
		if open {
			options, want = append(options, WithFailOpen[settings]()), types.ActionContinue
		}
		f := startFake(t, `{}`, options...)
		f.failBody = true
		id := f.stream()
		f.vm.OnRequestHeaders(id, 4, false)
		if got := f.vm.OnRequestBody(id, 5, true); types.Action(got) != want || (f.calls["local_response"] == 1) == open {
			t.Errorf("fail open %v: action %d, %d replies", open, got, f.calls["local_response"])
		}
	}
}

func TestChunkThatCantBeReplaced(t *testing.T) {
	f := startFake(t, `{}`, onChunk(response, func(_ HttpContext, _ settings, _ []byte, _ bool) []byte {
		return []byte("masked")
	}))
	f.body = []byte("secret")
	id := f.stream()
	f.vm.OnRequestHeaders(id, 4, true)
	f.vm.OnResponseHeaders(id, 4, false)
	f.failBody = false
	if got := f.vm.OnResponseBody(id, 6, false); got != 0 {
		t.Errorf("action %d", got)
	}
	f.failBody = true
	if got := f.vm.OnResponseBody(id, 6, false); types.Action(got) != types.ActionPause || f.calls["local_response"] != 1 {
		t.Errorf("action %d, %d replies", got, f.calls["local_response"])
	}
}

func TestNeedPauseStreamingResponse(t *testing.T) {
	h := start(t, plugintest.Options{}, onChunk(response, func(c HttpContext, _ settings, chunk []byte, last bool) []byte {
		c.NeedPauseStreamingResponse()
		c.PushBuffer(chunk)
		if last {
			var all []byte
			for c.BufferQueueSize() > 0 {
				all = append(all, c.PopBuffer()...)
			}
			call(t, func(int, [][2]string, []byte) {
				if err := proxywasm.InjectEncodedDataToFilterChain(append(all, '!'), true); err != nil {
					t.Error(err)
				}
			})
			if c.PopBuffer() != nil {
				t.Error("the queue isn't empty")
			}
		}
		return nil
	}))
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return plugintest.HTTPAnswer{} })
	ex := h.Request(get)
	ex.Respond(ok, chunks("a", "b")...)
	if got := string(ex.Client.Body); got != "ab!" {
		t.Errorf("%q arrived", got)
	}
}

// A body handler may hold the stream for a call of its own.
func TestBodyHandlerWaits(t *testing.T) {
	h := start(t, plugintest.Options{}, ProcessRequestBody(func(HttpContext, settings, []byte) types.Action {
		call(t, func(int, [][2]string, []byte) { _ = proxywasm.ResumeHttpRequest() })
		return types.ActionPause
	}))
	ex := h.Request(post, chunks("a", "b")...)
	if ex.Upstream.Ended {
		t.Fatal("the body passed before the answer")
	}
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return plugintest.HTTPAnswer{} })
	if string(ex.Upstream.Body) != "ab" {
		t.Errorf("%q arrived", ex.Upstream.Body)
	}
}

func TestLimitsAndReroute(t *testing.T) {
	h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
		c.DisableReroute()
		c.SetRequestBodyBufferLimit(1 << 31)
		c.SetResponseBodyBufferLimit(7)
		return types.ActionContinue
	}))
	ex := h.Request(get)
	got := fmt.Sprintf("%s %s %s", ex.Property("clear_route_cache"), ex.Property("set_decoder_buffer_limit"), ex.Property("set_encoder_buffer_limit"))
	if got != "off 2147483648 7" {
		t.Error(got)
	}
}

func TestLargeSizes(t *testing.T) {
	f := startFake(t, `{}`, onBody(request, func(HttpContext, settings, []byte) types.Action { return types.ActionContinue }))
	f.body = []byte(strings.Repeat("x", 10))
	id := f.stream()
	f.vm.OnRequestHeaders(id, 4, false)
	for range 3 {
		f.vm.OnRequestBody(id, 1<<31-1, false) // the sum is more than the ABI has numbers for
	}
	if got := f.vm.OnRequestBody(id, 1<<31-1, true); got != 0 {
		t.Errorf("action %d", got)
	}
}

// What a streaming handler returns for an end that came with trailers goes
// before them, or, where the host can't do that, the stream doesn't go on.
func TestLastChunkWithTrailers(t *testing.T) {
	for _, fails := range []bool{false, true} {
		for _, d := range []direction{request, response} {
			var ends []string
			f := startFake(t, `{}`, onChunk(d, func(_ HttpContext, _ settings, chunk []byte, last bool) []byte {
				if last {
					ends = append(ends, string(chunk))
					return []byte("tail")
				}
				return chunk
			}))
			id := f.stream()
			f.vm.OnRequestHeaders(id, 4, false)
			f.vm.OnResponseHeaders(id, 2, false)
			f.failBody = fails
			trailers := f.vm.OnRequestTrailers
			if d == response {
				trailers = f.vm.OnResponseTrailers
			}
			action := trailers(id, 1)
			if len(ends) != 1 || ends[0] != "" {
				t.Errorf("the handler is told of ends %q", ends)
			}
			if (action == 0) == fails || (f.calls["local_response"] == 1) != fails {
				t.Errorf("host fails %v: action %d, %d replies", fails, action, f.calls["local_response"])
			}
			if trailers(id, 1); len(ends) != 1 {
				t.Error("two ends")
			}
		}
	}
}
