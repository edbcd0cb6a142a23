package cases

import (
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// runner runs one case on one engine.
type runner struct {
	t      testing.TB
	c      *Case
	dir    string // where the file of cases is
	module plugintest.Module
	golden *goldens
	cover  func(counters []byte)
	gw     *plugintest.Gateway
}

// run runs the case.
func (r *runner) run(e plugintest.Engine) {
	r.t.Helper()
	if r.c.Skip != "" {
		r.t.Skip(r.c.Skip)
	}
	p, err := r.c.plugin(r.dir, r.module, r.cover)
	if err != nil {
		r.t.Fatal(err)
	}
	if r.c.Refused != nil {
		plugintest.OnRefused(r.t, e, p, r.c.Refused...)
		return
	}
	r.t.Cleanup(r.checkNotLogged) // when all has ended
	plugintest.On(r.t, e, p, func(gw *plugintest.Gateway) {
		r.gw = gw
		if err := r.c.script(gw, r.dir); err != nil {
			r.t.Fatal(err)
		}
		for i, s := range r.c.steps() {
			r.step(i, &s)
		}
		r.checkLogs()
		for _, name := range sorted(r.c.Metrics) {
			gw.WantMetric(name, r.c.Metrics[name])
		}
	})
}

// step sends a request and looks at what came of it.
func (r *runner) step(i int, s *Step) {
	r.t.Helper()
	what := ""
	if len(r.c.Steps) > 0 {
		what = "exchange " + strconv.Itoa(i+1) + ": "
	}
	if s.Answer != nil {
		a, err := s.Answer.answer(r.dir)
		if err != nil {
			r.t.Fatal(err)
		}
		r.gw.Backend.Answer(a)
	}
	request, err := s.Request.request(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	before := r.count(s)
	response := r.gw.Do(request)
	r.client(what, s.Client, response)
	r.upstream(what, s.Upstream, before[""])
	for _, name := range sorted(s.Calls) {
		r.calls(what, name, s.Calls[name], before["call "+name])
	}
	for _, name := range sorted(s.Commands) {
		r.commands(what, name, s.Commands[name], before["redis "+name])
	}
	if s.Golden != "" {
		r.golden.check(r, what, s.Golden, r.gw.Backend.Requests()[before[""]:], response)
	}
}

// count is what servers have seen so far.
func (r *runner) count(s *Step) map[string]int {
	n := map[string]int{"": len(r.gw.Backend.Requests())}
	for name := range s.Calls {
		n["call "+name] = len(r.gw.Cluster(name).Requests())
	}
	for name := range s.Commands {
		n["redis "+name] = len(r.gw.Redis(name).Commands())
	}
	return n
}

func (r *runner) client(what string, want *WantClient, got *plugintest.Response) {
	r.t.Helper()
	if want == nil {
		return
	}
	if got.Broken != want.Broken {
		r.t.Errorf("%sclient: the response was broken off: %v, want %v", what, got.Broken, want.Broken)
	}
	if want.Status != 0 && got.Status != want.Status {
		r.t.Errorf("%sclient: status %d, want %d; the body is %s", what, got.Status, want.Status, clip(got.Body))
	}
	r.fields(what+"client: header ", want.Headers, got.Headers)
	r.fields(what+"client: trailer ", want.Trailers, got.Trailers)
	r.text(what+"client: the body ", want.Body, got.Body)
}

func (r *runner) upstream(what string, want *WantUpstream, before int) {
	r.t.Helper()
	switch {
	case want == nil:
	case want.None:
		if list := r.gw.Backend.Requests(); len(list) > before {
			r.t.Errorf("%supstream: %s %s came, want none", what, list[before].Method, list[before].Path)
		}
	default:
		r.request(what+"upstream: ", &want.Want, r.gw.Backend.Want(before + 1)[before].Received)
	}
}

// calls checks what a fake service got in this exchange.
func (r *runner) calls(what, name string, want []Want, before int) {
	r.t.Helper()
	for i, seen := range r.gw.Cluster(name).Want(before + len(want))[before:] {
		r.request(what+"call of "+name+": ", &want[i], seen.Received)
	}
}

// commands checks what a fake Redis got in this exchange.
func (r *runner) commands(what, name string, want []Text, before int) {
	r.t.Helper()
	var got []string
	for _, c := range r.gw.Redis(name).Commands()[before:] {
		got = append(got, strings.Join(c, " "))
	}
	if w, g := strings.Join(texts(want), "\n"), strings.Join(got, "\n"); w != g {
		r.t.Errorf("%sRedis %s: the commands differ\n%s", what, name, plugintest.Diff(w, g))
	}
}

func (r *runner) request(what string, want *Want, got plugintest.Received) {
	r.t.Helper()
	if want.Method != "" && want.Method != got.Method {
		r.t.Errorf("%smethod %s, want %s", what, got.Method, want.Method)
	}
	r.text(what+"the path ", want.Path, got.Path)
	r.text(what+"the host ", want.Host, got.Host)
	r.fields(what+"header ", want.Headers, got.Headers)
	r.fields(what+"trailer ", want.Trailers, got.Trailers)
	r.text(what+"the body ", want.Body, got.Body)
}

func (r *runner) fields(what string, want map[string]Match, got plugintest.Headers) {
	r.t.Helper()
	for _, name := range sorted(want) {
		m := want[name]
		for _, wrong := range m.check(got.Values(name), r.dir) {
			r.t.Errorf("%s%s %s", what, name, wrong)
		}
	}
}

func (r *runner) text(what string, want *Match, got string) {
	r.t.Helper()
	if want == nil {
		return
	}
	var values []string
	if got != "" {
		values = []string{got}
	}
	for _, wrong := range want.check(values, r.dir) {
		r.t.Errorf("%s%s", what, wrong)
	}
}
