package trace

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/deliver/internal/cleanurl"
	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// served is "sluice serve" as the control plane.
type served struct {
	l      *look
	status *serve.Status
	plugin *serve.PluginStatus // nil where it doesn't have it
	// nodes are the connected Envoys that have the plugin or ask for it.
	nodes     []onNode
	connected int
	err       error
}

// onNode is the plugin on an Envoy.
type onNode struct {
	serve.NodeStatus
	plugin serve.NodePluginStatus
}

func (l *look) findServe() plane {
	s := &served{l: l}
	ctx, cancel := l.within()
	defer cancel()
	if s.status, s.err = serve.FetchStatus(ctx, l.t.o.Server); s.err != nil {
		return s
	}
	for i := range s.status.Plugins {
		if s.status.Plugins[i].Name == l.name() {
			s.plugin = &s.status.Plugins[i]
		}
	}
	for _, n := range s.status.Nodes {
		if !n.Connected {
			continue
		}
		s.connected++
		for _, p := range n.Plugins {
			if p.Name == l.name() {
				s.nodes = append(s.nodes, onNode{n, p})
			}
		}
	}
	return s
}

func (s *served) through() string { return "serve" }

func (s *served) sides() (holder, watcher, proxy string) {
	if s.agents() {
		return "directory", "sluice serve", "sluice agent"
	}
	return "directory", "sluice serve", "sluice serve" // no proxy stands between it and Envoy
}

// agents reports whether an agent stands beside any of the Envoys.
func (s *served) agents() bool {
	return slices.ContainsFunc(s.nodes, func(n onNode) bool { return n.Agent })
}

// unreached is what to say where it could not be asked; false where it was.
func (s *served) unreached() (finding, bool) {
	if s.err == nil {
		return finding{}, false
	}
	return unknown("see the step \"watch\"", `"sluice serve" could not be asked`), true
}

// resource is step 4.
func (s *served) resource() finding {
	f := s.l.pinned(s.l.w.URL, s.l.w.SHA256).seen(s.l.w.Source)
	switch {
	case s.err != nil:
		f.evidence = append(f.evidence, "whether \"sluice serve\" reads this file is not known")
		return f
	case s.plugin == nil:
		return fail("put the resource into that directory, as *.yaml, *.yml or *.json",
			fmt.Sprintf("%s has no resource with the namespace and name %s", s.status.Directory, s.l.name()))
	case s.plugin.URL != s.l.w.URL:
		return fail("put this file into that directory, or trace the one that is there",
			fmt.Sprintf("%s names %s, and %s names %s", s.l.w.Source, cleanurl.Of(s.l.w.URL), s.plugin.Source, cleanurl.Of(s.plugin.URL)))
	}
	return f.seen("in " + s.plugin.Source)
}

// version is the newest that Envoys get, if only for a share of the requests; nil for
// none.
func (s *served) version() *serve.VersionStatus {
	switch {
	case s.plugin == nil:
		return nil
	case s.plugin.Canary != nil && s.plugin.Canary.Phase == "running" && s.plugin.Canary.Version != nil:
		return s.plugin.Canary.Version
	}
	return s.plugin.Wanted
}

// watched is step 5.
func (s *served) watched() finding {
	switch {
	case s.err != nil:
		return fail(`start "sluice serve", or give its admin endpoint with --server`, s.err.Error())
	case s.plugin == nil:
		return fail("see the step \"resource\"", "it does not know "+s.l.name())
	}
	for _, p := range s.status.Problems {
		if strings.HasPrefix(s.plugin.Source, p.File+":") {
			return fail("mend the file; what it held before is in force", oneLine(p.Text))
		}
	}
	facts := []string{s.plugin.Resource + " is " + s.plugin.State}
	if c := s.plugin.Canary; c != nil && c.Phase == "running" {
		facts = append(facts, fmt.Sprintf("a new version gets %d%% of the requests, since %s", c.Percent, age(c.Since)))
	} else if c != nil && c.Phase == "rolled back" {
		return fail("mend the new version; the one before serves", append(facts, "the new version was rolled back: "+oneLine(c.Reason))...)
	}
	if w := s.version(); w != nil {
		facts = append(facts, fmt.Sprintf("version %s, since %s", w.Version, age(w.Since)))
	}
	switch s.plugin.State {
	case "ready":
		return ok(facts...)
	case "preparing":
		return unknown("wait, or look on with --watch", facts...)
	}
	return fail("mend what it says; until then an older version serves, or none", append(facts, oneLine(s.plugin.Problem))...)
}

// delivered is step 6.
func (s *served) delivered() finding {
	if f, yes := s.unreached(); yes {
		return f
	}
	if len(s.nodes) == 0 {
		return fail(`connect one (docs/serve.md), have it name the plugin, or see the resource's match, selector and namespace`,
			fmt.Sprintf("none of %d connected Envoys gets %s", s.connected, s.l.name()))
	}
	f := ok()
	for _, n := range s.nodes {
		f = f.and(n.delivered())
	}
	return f
}

// and is both findings: what is worse, and all evidence.
func (f finding) and(g finding) finding {
	if g.state == Fail && f.state != Fail || g.state == Unknown && f.state == OK {
		f.state, f.do = g.state, g.do
	}
	f.evidence = append(f.evidence, g.evidence...)
	return f
}

func (n onNode) delivered() finding {
	p := n.plugin
	who := n.ID + " "
	sent := who + "was sent version " + p.Wanted
	switch p.State {
	case "running":
		fact := fmt.Sprintf("%sacknowledged version %s", who, p.Running)
		if p.Since != nil {
			fact += ", " + age(*p.Since)
		}
		return ok(fact)
	case "pending", "unknown":
		return unknown("wait, or look on with --watch: Envoy may be compiling", sent+" and has not answered")
	case "removed":
		return fail("see the step \"resource\"", who+"has the plugin, whose resource is gone")
	case "denying", "passing":
		return fail("see the steps \"push\" and \"watch\": there is no version of the plugin that could be sent",
			fmt.Sprintf("%sgot a stand-in, which is %s requests", who, p.State))
	}
	if remote.IsPassing(p.Reason) {
		return ok(sent + ", which the agent beside it took") // and could not pull: the next step
	}
	return fail("mend what Envoy refuses; the version before serves on", fmt.Sprintf("%srefused version %s: %s", who, p.Refused, oneLine(p.Reason)),
		who+"runs version "+orNone(p.Running))
}

func orNone(version string) string {
	if version == "" {
		return "none"
	}
	return version
}

// pulled is step 7.
func (s *served) pulled() finding {
	if f, yes := s.unreached(); yes {
		return f
	}
	if s.version() == nil {
		return fail("see the step \"watch\"", "it has no module of the plugin")
	}
	f := s.current()
	for _, n := range s.nodes {
		if n.Agent {
			f = f.and(n.pulled())
		}
	}
	return f
}

// current compares what was pulled with what the registry has now.
func (s *served) current() finding {
	w := s.version()
	switch now := s.l.image.loaded; {
	case w.Digest == "":
		return ok("the module was read from " + cleanurl.Of(s.plugin.URL))
	case now == nil:
		return ok("it has the image "+w.Digest, "not compared: the registry does not tell")
	case w.Digest != now.Manifest && s.plugin.State == "ready":
		return fail(`touch the resource's file with another tag or digest, or start "sluice serve" with --refresh: a tag that moves is not asked for again`,
			fmt.Sprintf("it has the image %s, and the registry has %s", w.Digest, now.Manifest))
	case w.Digest != now.Manifest:
		return fail("see the step \"watch\"", fmt.Sprintf("it has the image %s, and the registry has %s", w.Digest, now.Manifest))
	}
	return ok("it has the image " + w.Digest + ", as the registry has")
}

// pulled is about the agent beside a node.
func (n onNode) pulled() finding {
	if remote.IsPassing(n.plugin.Reason) {
		return fail("see that the agent's machine reaches the registry, and which keys it was given; it tries again by itself", "the agent of "+n.ID+": "+oneLine(n.plugin.Reason))
	}
	if n.plugin.State == "running" {
		return ok("the agent of " + n.ID + " has it, as Envoy acknowledged it")
	}
	return unknown("see the step \"deliver\"", "the agent of "+n.ID+" has not said so")
}

// extracted is step 8.
func (s *served) extracted() finding {
	if f, yes := s.unreached(); yes {
		return f
	}
	if s.version() == nil {
		return fail("see the step \"watch\"", "it has no module of the plugin")
	}
	return s.l.same(s.version().SHA256, "its module", `see the steps "package" and "pull": it has another module than was built`)
}

// configured is step 9, by what Envoys acknowledged.
func (s *served) configured() finding {
	if f, yes := s.unreached(); yes {
		return f.and(unknown(giveAdmin))
	}
	var f finding
	for _, n := range s.nodes {
		g := unknown(giveAdmin, n.ID+": \"sluice serve\" does not know what it has")
		if v := n.plugin.RunningVersion; v != nil {
			g = s.l.same(v.SHA256, n.ID+" has "+v.SHA256+".wasm by its acknowledgement; the module", "see the step \"deliver\"")
		}
		if f.state == "" {
			f = g
			continue
		}
		f = f.and(g)
	}
	if f.state == "" {
		return unknown(giveAdmin, "no Envoy is known to have it")
	}
	return f
}
