package filter_test

import (
	"context"
	"errors"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/filter"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

type config struct {
	header string
}

func parse(json []byte) (config, error) {
	c := config{header: gjson.GetBytes(json, "header").String()}
	if c.header == "" {
		return c, errors.New(`"header" is missing`)
	}
	return c, nil
}

type hello struct {
	config *config
	stream *filter.Stream
}

var _ filter.HeadersDecoder = (*hello)(nil)

func (f *hello) DecodeHeaders(_ context.Context, h *filter.Headers, _ bool) filter.Action {
	if err := h.Add(f.config.header, "hello"); err != nil {
		return filter.Fail(err)
	}
	return filter.Continue
}

func newHello(c *config, s *filter.Stream) *hello { return &hello{c, s} }

// A module with one plugin, whose configuration is {"header": "x-hello"}.
func ExampleRegister() {
	filter.Register(filter.Plugin("hello", parse, newHello))
	// Output:
}

// A module with two plugins, which a configuration such as
// {"guard": {}, "hello": {"header": "x-hello"}} makes run.
func ExampleBundle() {
	filter.Bundle("edge", []filter.Definition{
		filter.Plugin("guard", nil, newGuard, filter.WithCalls(), filter.Authenticates()),
		filter.Plugin("hello", parse, newHello, filter.WithFailOpen()),
	}, filter.KeepBrokenRules())
	// Output:
}

// guard asks a service who sends a request.
type guard struct{ stream *filter.Stream }

func newGuard(_ *struct{}, s *filter.Stream) *guard { return &guard{s} }

func (f *guard) DecodeHeaders(ctx context.Context, h *filter.Headers, _ bool) filter.Action {
	who := call.New(wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80})
	resp, err := who.Get(ctx, "/check", call.WithHeader("authorization", h.Get("authorization")))
	if err != nil {
		return filter.Fail(err)
	}
	if resp.StatusCode != 200 {
		return &filter.LocalReply{Status: 401, Details: "not_authenticated"}
	}
	if err := f.stream.SetConsumer(string(resp.Body)); err != nil {
		return filter.Fail(err)
	}
	return filter.Continue
}

func ExampleWithCalls() {
	filter.Register(filter.Plugin("guard", nil, newGuard, filter.WithCalls()))
	// Output:
}

func ExampleAuthenticates() {
	filter.Bundle("edge", []filter.Definition{
		filter.Plugin("guard", nil, newGuard, filter.WithCalls(), filter.Authenticates()),
		filter.Plugin("hello", parse, newHello),
	}, filter.ConsumerHeader("x-user"))
	// Output:
}

func ExampleConsumerHeader() {
	filter.Register(filter.Plugin("hello", parse, newHello), filter.ConsumerHeader("x-user"))
	// Output:
}

func ExampleWithFailOpen() {
	filter.Register(filter.Plugin("hello", parse, newHello, filter.WithFailOpen()))
	// Output:
}

func ExampleKeepBrokenRules() {
	filter.Register(filter.Plugin("hello", parse, newHello), filter.KeepBrokenRules())
	// Output:
}

// A rule that names no header keeps that of the configuration above it.
func ExampleWithOverride() {
	filter.Register(filter.Plugin("hello", parse, newHello,
		filter.WithOverride(func(parent config, json []byte) (config, error) {
			if header := gjson.GetBytes(json, "header"); header.Exists() {
				parent.header = header.String()
			}
			return parent, nil
		})))
	// Output:
}

// inspect refuses requests with a word in them, wherever it is in the body.
type inspect struct{}

var (
	_ filter.HeadersDecoder = (*inspect)(nil)
	_ filter.RequestDecoder = (*inspect)(nil)
)

func (*inspect) DecodeHeaders(context.Context, *filter.Headers, bool) filter.Action {
	return filter.WaitAllData
}

func (*inspect) DecodeRequest(_ context.Context, _ *filter.Headers, body *filter.Data, _ *filter.Headers) filter.Action {
	if gjson.GetBytes(body.Bytes(), "forbidden").Exists() {
		return &filter.LocalReply{Status: 403, Body: []byte("forbidden\n")}
	}
	return filter.Continue
}

func ExampleRequestDecoder() {
	filter.Register(filter.Plugin("inspect", nil, func(*struct{}, *filter.Stream) *inspect { return &inspect{} }))
	// Output:
}

// counter counts the response's bytes, which it leaves as they are.
type counter struct {
	stream *filter.Stream
	bytes  int
}

func (f *counter) EncodeData(_ context.Context, d *filter.Data, _ bool) filter.Action {
	f.bytes += d.Len()
	return filter.Continue
}

func (f *counter) OnLog() {
	f.stream.Log().Infof("%s %s: %d bytes", f.stream.HTTP().Method(), f.stream.HTTP().Path(), f.bytes)
}

func ExampleReadsBodies() {
	filter.Register(filter.Plugin("counter", nil,
		func(_ *struct{}, s *filter.Stream) *counter { return &counter{stream: s} }, filter.ReadsBodies()))
	// Output:
}

func ExampleLogger() {
	var _ filter.Logger = (*counter)(nil)
	// Output:
}
