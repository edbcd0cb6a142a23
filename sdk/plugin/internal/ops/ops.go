// Package ops is a plugin for tests: the last part of the path, or the header
// x-op, says what it does. It runs natively and as Wasm.
package ops

import (
	"context"
	"errors"
	"net/http"
	"path"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Time is what the handlers of a message have.
const Time = time.Second

// Client calls the service that the tests run as cluster "service".
var Client = call.New(wrapper.TargetCluster{Cluster: "service", Host: "service.test"}, call.Timeout(10*time.Second))

// Register registers the handlers: one that traces before, one that does what is
// asked for, and one that traces behind it.
func Register(options ...plugin.Option) {
	plugin.Register(func() plugin.Handler { return trace{"last", 90} }, append(options, plugin.Timeout(Time))...)
	plugin.Register(func() plugin.Handler { return trace{"first", 10} })
	plugin.Register(func() plugin.Handler { return &ops{} })
}

// trace notes in the headers that it ran.
type trace struct {
	name     string
	priority int
}

func (t trace) Name() string   { return t.name }
func (t trace) Priority() int  { return t.priority }
func (t trace) Cleanup() error { return nil }

func (t trace) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	req.Header.Add("X-Trace", t.name)
	return plugin.ResultModify
}

func (t trace) ProcessResponse(_ context.Context, resp *http.Response) *plugin.Result {
	resp.Header.Add("X-Trace", t.name)
	return plugin.ResultModify
}

// ops does what is asked for. Its configuration has no meaning.
type ops struct{ config string }

// Configure implements plugin.Configurer.
func (o *ops) Configure(json []byte) error {
	o.config = string(json)
	return nil
}

func (*ops) Name() string  { return "ops" }
func (*ops) Priority() int { return 50 }

// Cleanup is counted in the log.
func (o *ops) Cleanup() error {
	log.Warn("ops: cleaned up " + o.config)
	return errors.New("not quite")
}

type opKey struct{}

func (*ops) ProcessRequest(ctx context.Context, req *http.Request) *plugin.Result {
	op := req.Header.Get("X-Op")
	if op == "" {
		op = path.Base(req.URL.Path)
	}
	*req = *req.WithContext(context.WithValue(req.Context(), opKey{}, op))
	if f := requestOps[op]; f != nil {
		return f(ctx, req)
	}
	return plugin.ResultContinue
}

func (*ops) ProcessResponse(ctx context.Context, resp *http.Response) *plugin.Result {
	op, _ := ctx.Value(opKey{}).(string)
	if f := responseOps[op]; f != nil {
		return f(ctx, resp)
	}
	return plugin.ResultContinue
}
