package trace

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Tracer looks at the way of plugins, once or again and again: from one look to the
// next it keeps its connection to Envoy, and what Envoy has told. It is not safe for
// concurrent use.
type Tracer struct {
	o      Options
	client *http.Client // of the request, with one connection
	before *admin       // of the look before
	spoke  bool         // the client has a connection
	// changes is what was seen of changes, by plugin.
	changes map[string]change
}

// New makes a Tracer.
func New(o Options) *Tracer {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Secret == nil {
		o.Secret = func(string) bool { return false }
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 1, MaxConnsPerHost: 1, DisableCompression: true}
	return &Tracer{o: o, changes: map[string]change{}, client: &http.Client{
		Transport: transport, Timeout: o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close ends its connections.
func (t *Tracer) Close() { t.client.CloseIdleConnections() }

// Look asks all sides. Its error is about the files, or ctx's own: whatever else
// goes wrong is in the report.
func (t *Tracer) Look(ctx context.Context) (*Report, error) {
	plugins, err := load(t.o.Files)
	if err != nil {
		return nil, err
	}
	now := t.envoy(ctx)
	answer := t.request(ctx)
	r := &Report{}
	for _, w := range plugins {
		l := &look{t: t, ctx: ctx, w: w.Plugin, envoy: now, answer: answer}
		l.built, l.image = l.findBuilt(), l.findImage()
		l.plane = l.findPlane(w.named)
		r.Traces = append(r.Traces, l.trace())
	}
	t.before = now
	return r, ctx.Err()
}

// plugin is one of a file; named says that the file names its namespace.
type plugin struct {
	wasmplugin.Plugin
	named bool
}

func load(files []string) (all []plugin, err error) {
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		some, named, err := kube.ReadPlugins(file, data)
		if err != nil {
			return nil, err
		}
		for _, w := range some {
			all = append(all, plugin{w, named.Has(w.Kind, w.Namespace, w.Name)})
		}
	}
	if len(all) == 0 {
		return nil, errors.New(strings.Join(files, ", ") + ": there is no resource that asks for a plugin")
	}
	return all, nil
}

// look is one look at one plugin.
type look struct {
	t      *Tracer
	ctx    context.Context
	w      wasmplugin.Plugin
	built  built
	image  image
	plane  plane
	envoy  *admin
	answer answer
}

// plane is what a control plane knows.
type plane interface {
	// through names it; sides are who holds resources, who watches them, and the
	// xDS proxy that gets modules.
	through() string
	sides() (holder, watcher, proxy string)
	resource() finding
	watched() finding
	delivered() finding
	pulled() finding
	extracted() finding
	// configured is asked where Envoy itself is not.
	configured() finding
}

func (l *look) findPlane(named bool) plane {
	if l.t.o.Kube != nil {
		return l.findCluster(named)
	}
	return l.findServe()
}

func (l *look) trace() Trace {
	holder, watcher, proxy := l.plane.sides()
	steps := []step{
		{1, "compile", "the code is compiled into a wasm file", "build", l.compiled},
		{2, "package", "the wasm file is built into an image", "build", l.packaged},
		{3, "push", "the image is in the registry", "registry", l.pushed},
		{4, "resource", "the resource exists, and names this image", holder, l.plane.resource},
		{5, "watch", "the control plane has seen the resource", watcher, l.plane.watched},
		{6, "deliver", "the xDS proxy has the configuration, with the image's address", proxy, l.plane.delivered},
		{7, "pull", "the xDS proxy has pulled the image", proxy, l.plane.pulled},
		{8, "extract", "the wasm file is taken out of the image", proxy, l.plane.extracted},
		{9, "configure", "Envoy has the configuration, with the local path of the wasm file", "envoy", l.configured},
		{10, "load", "Envoy has loaded the wasm file", "envoy", l.loaded},
		{0, "request", "a request shows what the plugin does", "envoy", func() finding { return l.answer.finding }},
		{0, "reload", "a change is loaded while listeners and connections stay", "envoy", l.reloaded},
	}
	out := Trace{Plugin: l.w.Resource(), Source: l.w.Source, Through: l.plane.through()}
	for _, s := range steps {
		out.Steps = append(out.Steps, s.take())
	}
	return out
}

// within bounds asking one side.
func (l *look) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(l.ctx, l.t.o.Timeout)
}

// name is what Envoys call the plugin.
func (l *look) name() string {
	name := l.w.Namespace + "." + l.w.Name
	if l.w.Entry > 0 {
		name += fmt.Sprintf(".%d", l.w.Entry)
	}
	return name
}

// age is the time since, in words.
func age(at time.Time) string { return time.Since(at).Round(time.Second).String() + " ago" }
