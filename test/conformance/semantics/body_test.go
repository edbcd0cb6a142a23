package main

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// large has more than one part on every engine.
var large = strings.Repeat("0123456789abcdef", 8<<10)

// A handler of whole bodies is called once, with everything.
func TestWholeBody(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Backend.Answer(plugintest.Answer{Chunks: []string{"one ", "two ", "three"}})
		s := gw.Open(plugintest.Request{Path: "/"}).Send("a").Send("b").Send("c").End()
		s.Response().WantStatus(200).WantBody("<one two three>")
		gw.Backend.Only().WantBody("<abc>")
		gw.WantLog(plugintest.Info, "request body of 3")
		gw.Backend.Answer(plugintest.Answer{Body: large})
		gw.Do(plugintest.Request{Body: large}).WantStatus(200).WantBody("<" + large + ">")
		gw.Backend.Want(2)[1].WantBody("<" + large + ">")
	})
}

// A handler of parts gets each as it comes; what it returns takes the part's
// place, also where that is nothing.
func TestStreamedBody(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Backend.Answer(plugintest.Answer{Chunks: []string{"one ", "two"}})
		s := gw.Open(plugintest.Request{Headers: do("stream")}).Send("a")
		gw.Backend.Wait("the first part", func(r plugintest.Received) bool { return r.Body == "A" && !r.Ended })
		s.Send("b").End().Response().WantStatus(200).WantBody("ONE TWO.")
		gw.Backend.Only().WantBody("AB.")
		gw.Do(plugintest.Request{Headers: do("stream nothing"), Body: "body"}).WantStatus(200).WantBody("")
		gw.Backend.Want(2)[1].WantBody("")
	})
}

// Trailers end a body as well.
func TestBodyBeforeTrailers(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		trailers := plugintest.Headers{{"x-t", "1"}}
		gw.Backend.Answer(plugintest.Answer{Chunks: []string{"one"}, Trailers: trailers})
		gw.Do(plugintest.Request{Chunks: []string{"a", "b"}, Trailers: trailers}).
			WantStatus(200).WantBody("<one>").WantTrailer("x-t", "1")
		gw.Backend.Only().WantBody("<ab>").WantTrailer("x-t", "1")
		gw.Do(plugintest.Request{Chunks: []string{"a", "b"}, Trailers: trailers, Headers: do("stream plainly")}).
			WantStatus(200).WantBody("ONE")
		gw.Backend.Want(2)[1].WantBody("AB").WantTrailer("x-t", "1")
		wantCount(t, gw, "semantics_last", 2)
	})
}

// A handler sees bodies of every type: a client can't switch it off with a header.
func TestBinaryBody(t *testing.T) {
	for _, h := range [][2]string{{"content-type", "application/octet-stream"}, {"content-encoding", "br"}} {
		t.Run(h[0], func(t *testing.T) {
			plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
				gw.Do(plugintest.Request{Body: "body", Headers: plugintest.Headers{h}}).WantStatus(200)
				gw.Backend.Only().WantBody("<body>")
			})
		})
	}
}

// A body that the plugin doesn't read passes as it is, with its length.
func TestIgnoredBody(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Backend.Answer(plugintest.Answer{Body: "answer"})
		gw.Do(plugintest.Request{Body: "body", Headers: do("ignore")}).
			WantStatus(200).WantBody("answer").WantHeader("content-length", "6")
		gw.Backend.Only().WantBody("body").WantHeader("content-length", "4")
	})
}

// A body that may be replaced goes on without the length that it had.
func TestLengthOfReplacedBody(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Backend.Answer(plugintest.Answer{Body: "answer"})
		gw.Do(plugintest.Request{Body: "body"}).WantStatus(200).WantBody("<answer>").WantHeader("content-length")
		gw.Backend.Only().WantBody("<body>").WantHeader("content-length")
	})
}

// Headers that wait for the body can be changed when it is there.
func TestHeadersWaitForBody(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		s := gw.Open(plugintest.Request{Headers: do("wait")}).Send("four")
		gw.Backend.WantNone()
		s.End().Response().WantStatus(200)
		gw.Backend.Only().WantHeader("x-late", "4").WantBody("<four>")
	})
}
