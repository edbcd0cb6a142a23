package filter_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/filter"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// loud has a method for each part of a message. A method with a wrong signature
// would be left out without a word: the compiler says so here.
type loud struct{}

var (
	_ filter.DataDecoder     = (*loud)(nil)
	_ filter.TrailersDecoder = (*loud)(nil)
	_ filter.HeadersEncoder  = (*loud)(nil)
	_ filter.DataEncoder     = (*loud)(nil)
	_ filter.TrailersEncoder = (*loud)(nil)
)

func (*loud) DecodeData(_ context.Context, d *filter.Data, _ bool) filter.Action {
	d.Set(bytes.ToUpper(d.Bytes()))
	return filter.Continue
}

func (*loud) DecodeTrailers(_ context.Context, trailers *filter.Headers) filter.Action {
	return result(trailers.Set("x-loud", "request"))
}

func (*loud) EncodeHeaders(_ context.Context, h *filter.Headers, _ bool) filter.Action {
	return result(h.Del("server"))
}

func (*loud) EncodeData(_ context.Context, d *filter.Data, last bool) filter.Action {
	if last {
		d.Append([]byte("!"))
	}
	return filter.Continue
}

func (*loud) EncodeTrailers(_ context.Context, trailers *filter.Headers) filter.Action {
	return result(trailers.Set("x-loud", "response"))
}

func result(err error) filter.Action {
	if err != nil {
		return filter.Fail(err)
	}
	return filter.Continue
}

// Bodies part by part, and trailers, both ways. In a real test t is the test's
// own.
func ExamplePlugin_parts() {
	filter.Register(filter.Plugin("loud", nil, func(*struct{}, *filter.Stream) *loud { return &loud{} }))

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	ex := h.Send(plugintest.Input{
		Headers:  [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "shop.test"}},
		Chunks:   [][]byte{[]byte("te"), []byte("a")},
		Trailers: [][2]string{{"x-loud", "?"}},
	})
	fmt.Printf("%s %s\n", ex.Upstream.Body, ex.Upstream.Trailers.Get("x-loud"))
	ex.Respond([][2]string{{":status", "200"}, {"server", "x"}}, []byte("here it "), []byte("is"))
	fmt.Printf("%s %q\n", ex.Client.Body, ex.Client.Headers.Get("server"))
	// Output:
	// TEA request
	// here it is! ""
}

// whole looks at the response when all of it is there.
type whole struct{}

var _ filter.ResponseEncoder = (*whole)(nil)

func (*whole) EncodeHeaders(context.Context, *filter.Headers, bool) filter.Action {
	return filter.WaitAllData
}

func (*whole) EncodeResponse(_ context.Context, h *filter.Headers, body *filter.Data, _ *filter.Headers) filter.Action {
	return result(h.Set("x-size", fmt.Sprint(body.Len())))
}

// A header that says something about the whole body.
func ExampleResponseEncoder() {
	filter.Register(filter.Plugin("whole", nil, func(*struct{}, *filter.Stream) *whole { return &whole{} }))

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}})
	ex.Respond([][2]string{{":status", "200"}}, []byte("here it "), []byte("is"))
	fmt.Printf("%s %s\n", ex.Client.Body, ex.Client.Headers.Get("x-size"))
	// Output: here it is 10
}
