// Package trace is a bundle of three filters that note which of their methods
// run, in shared data, where GET /_trace finds it. A request's header x-do says
// what they do besides, such as "b:DH:reply".
package trace

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/filter"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Keys of shared data.
const (
	steps      = "steps"
	configured = "configured"
	requests   = "requests"
)

// Config is what a filter is configured with.
type Config struct {
	level string
	seen  int // requests, of all routes
}

// Register registers the bundle of a, b and c.
func Register() {
	var plugins []filter.Definition
	for _, name := range []string{"a", "b", "c"} {
		plugins = append(plugins, filter.Plugin(name, parse, func(c *Config, s *filter.Stream) *Filter {
			return &Filter{name: name, config: c, stream: s, do: s.RequestHeaders().Get("x-do")}
		}, filter.WithCalls(), filter.ReadsBodies()))
	}
	filter.Bundle("edge", plugins, filter.KeepBrokenRules())
}

func parse(json []byte) (Config, error) {
	add(configured)
	c := Config{level: gjson.GetBytes(json, "level").String()}
	if c.level == "broken" {
		return c, errors.New("level: is broken")
	}
	return c, nil
}

// Filter is a, b or c for one request.
type Filter struct {
	name, do string
	config   *Config
	stream   *filter.Stream
	noted    string
}

// step notes a method, once for each filter.
func (f *Filter) step(ctx context.Context, what string) filter.Action {
	if f.hidden() {
		return filter.Continue
	}
	if !strings.Contains(f.noted, what) {
		f.noted += what
		appendTo(steps, f.name+" "+what+", ")
	}
	_, rest, found := strings.Cut(","+f.do, ","+f.name+":"+what+":")
	if !found {
		return filter.Continue
	}
	do, _, _ := strings.Cut(rest, ",")
	switch do {
	case "reply":
		return &filter.LocalReply{Status: 403, Body: []byte("no\n"), Details: "told_so"}
	case "wait":
		return filter.WaitAllData
	case "panic":
		panic("told so")
	case "call":
		svc := call.New(wrapper.FQDNCluster{FQDN: "slow.dns", Port: 80}, call.Timeout(30e9))
		if _, err := svc.Get(ctx, "/"); err != nil {
			return filter.Fail(err)
		}
	}
	return filter.Continue
}

// hidden reports whether the request is one that asks for the trace.
func (f *Filter) hidden() bool { return strings.HasPrefix(f.stream.HTTP().Path(), "/_") }

// DecodeHeaders implements filter.HeadersDecoder.
func (f *Filter) DecodeHeaders(ctx context.Context, _ *filter.Headers, _ bool) filter.Action {
	switch path := f.stream.HTTP().Path(); path {
	case "/_trace":
		return &filter.LocalReply{Body: take(steps)}
	case "/_configured", "/_requests":
		b, _, _ := proxywasm.GetSharedData(path[2:])
		return &filter.LocalReply{Body: b}
	}
	if f.name == "a" {
		f.config.seen++
		add(requests)
	}
	return f.step(ctx, "DH")
}

// DecodeData implements filter.DataDecoder.
func (f *Filter) DecodeData(ctx context.Context, _ *filter.Data, _ bool) filter.Action {
	return f.step(ctx, "DD")
}

// DecodeTrailers implements filter.TrailersDecoder.
func (f *Filter) DecodeTrailers(ctx context.Context, _ *filter.Headers) filter.Action {
	return f.step(ctx, "DT")
}

// DecodeRequest implements filter.RequestDecoder.
func (f *Filter) DecodeRequest(ctx context.Context, h *filter.Headers, body *filter.Data, _ *filter.Headers) filter.Action {
	if err := h.Set("x-length", strconv.Itoa(body.Len())); err != nil {
		return filter.Fail(err)
	}
	return f.step(ctx, "DR")
}

// EncodeHeaders implements filter.HeadersEncoder.
func (f *Filter) EncodeHeaders(ctx context.Context, h *filter.Headers, _ bool) filter.Action {
	if f.name == "a" && !f.hidden() {
		_ = h.Set("x-level", f.config.level)
		_ = h.Set("x-seen", strconv.Itoa(f.config.seen))
	}
	return f.step(ctx, "EH")
}

// EncodeData implements filter.DataEncoder.
func (f *Filter) EncodeData(ctx context.Context, _ *filter.Data, _ bool) filter.Action {
	return f.step(ctx, "ED")
}

// EncodeTrailers implements filter.TrailersEncoder.
func (f *Filter) EncodeTrailers(ctx context.Context, _ *filter.Headers) filter.Action {
	return f.step(ctx, "ET")
}

// OnLog implements filter.Logger.
func (f *Filter) OnLog() {
	if !f.hidden() {
		appendTo(steps, f.name+" log, ")
	}
}

// change changes a value of shared data.
func change(key string, f func(old []byte) []byte) []byte {
	for range 1000 {
		old, cas, _ := proxywasm.GetSharedData(key)
		if err := proxywasm.SetSharedData(key, f(old), cas); !errors.Is(err, types.ErrorStatusCasMismatch) {
			return old
		}
	}
	return nil
}

func appendTo(key, text string) {
	change(key, func(old []byte) []byte { return append(old[:len(old):len(old)], text...) })
}

func take(key string) []byte { return change(key, func([]byte) []byte { return []byte{' '} }) }

func add(key string) {
	change(key, func(old []byte) []byte {
		n, _ := strconv.Atoi(string(old))
		return strconv.AppendInt(nil, int64(n)+1, 10)
	})
}

var (
	_ filter.HeadersDecoder  = (*Filter)(nil)
	_ filter.DataDecoder     = (*Filter)(nil)
	_ filter.TrailersDecoder = (*Filter)(nil)
	_ filter.RequestDecoder  = (*Filter)(nil)
	_ filter.HeadersEncoder  = (*Filter)(nil)
	_ filter.DataEncoder     = (*Filter)(nil)
	_ filter.TrailersEncoder = (*Filter)(nil)
	_ filter.Logger          = (*Filter)(nil)
)
