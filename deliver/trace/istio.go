package trace

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

const giveIstiod = `make istiod's debug port reachable with "kubectl -n istio-system port-forward deploy/istiod 15014" and give --istiod localhost:15014`

// hidden is what to say where istiod does not tell; false where it did.
func (c *cluster) hidden() (finding, bool) {
	switch {
	case c.l.w.Kind == wasmplugin.EnvoyGateway:
		return unknown(giveAdmin, "Envoy Gateway does not tell which Envoy has it"), true
	case errors.Is(c.unseen, kube.ErrNoView):
		return unknown(giveIstiod, c.unseen.Error()), true
	case c.unseen != nil:
		return fail("see that istiod runs, and that --istiod is its debug port, 15014", "istiod: "+c.unseen.Error()), true
	case c.err != nil && c.object == nil:
		return unknown("see the step \"resource\"", "the resource is not known"), true
	}
	return finding{}, false
}

// watched is step 5.
func (c *cluster) watched() finding {
	if c.l.w.Kind == wasmplugin.EnvoyGateway {
		return c.accepted()
	}
	if f, yes := c.hidden(); yes {
		return f
	}
	if len(c.proxies) == 0 {
		return c.withSilent(fail("see the resource's selector, match and namespace, which say where it runs; and that its url begins with oci://",
			fmt.Sprintf("istiod has it for none of %d connected proxies", c.all)))
	}
	if c.object == nil || c.l.w.Kind == wasmplugin.Higress { // its objects have versions of their own
		return c.withSilent(ok(fmt.Sprintf("istiod has it for %d of %d connected proxies", len(c.proxies), c.all)))
	}
	version := c.object.ResourceVersion()
	for _, p := range c.proxies {
		if !strings.Contains(p.config, `"`+version+`"`) {
			return fail("wait a moment; if it stays so, see istiod's log and its rights to watch the resource",
				fmt.Sprintf("istiod has for %s another version than %s", p.ID, version))
		}
	}
	return c.withSilent(ok(fmt.Sprintf("istiod has resourceVersion %s for %d of %d connected proxies", version, len(c.proxies), c.all)))
}

// withSilent tells which replicas of istiod didn't answer.
func (c *cluster) withSilent(f finding) finding {
	if c.partly == nil {
		return f
	}
	return f.seen("the proxies of these are not known: " + oneLine(c.partly.Error()))
}

// accepted is what a controller wrote into the object.
func (c *cluster) accepted() finding {
	if c.object == nil {
		return unknown("see the step \"resource\"", "the resource is not known")
	}
	f := finding{}
	for _, at := range c.object.Conditions() {
		g := ok(at.String())
		switch {
		case at.Type != "Accepted":
			continue
		case !at.Current:
			g.state, g.do = Unknown, "wait: the controller has not seen this generation"
		case at.Status != "True":
			g.state, g.do = Fail, "mend what the controller says"
		}
		if f.state == "" {
			f = g
			continue
		}
		f = f.and(g)
	}
	if f.state == "" {
		return fail("see that the controller runs, and that the resource's targets are there", "no controller has written a status")
	}
	return f
}

// delivered is step 6.
func (c *cluster) delivered() finding {
	if f, yes := c.hidden(); yes {
		return f
	}
	if len(c.proxies) == 0 {
		return fail("see the step \"watch\"", "no proxy gets it")
	}
	f := ok()
	for _, p := range c.proxies {
		f = f.and(p.delivered())
	}
	return f
}

func (p proxy) delivered() finding {
	switch {
	case p.Refused() != "":
		return fail(`mend what Envoy refuses; "sluice apply --dry-run" says it before`, fmt.Sprintf("%s refused %s: %s", p.ID, p.Sent, oneLine(p.Refused())))
	case p.Sent == "":
		return unknown("wait, or look on with --watch", p.ID+" was sent nothing yet")
	case p.Sent != p.Acked:
		return unknown("wait, or look on with --watch: the agent pulls, or Envoy compiles", fmt.Sprintf("%s was sent %s and has acknowledged %s", p.ID, p.Sent, orNone(p.Acked)))
	}
	return ok(fmt.Sprintf("%s acknowledged %s", p.ID, p.Acked))
}

// pulled is step 7: the agent's stand-in tells that it could not pull.
func (c *cluster) pulled() finding {
	f := c.l.envoy.dump.find(c.l.name())
	switch g, unasked := c.l.unasked(); {
	case unasked:
		g.state = Unknown
		return g.seen("an acknowledgement does not tell whether the agent could pull")
	case f == nil:
		return unknown("see the step \"configure\"", "this Envoy does not have the plugin")
	case !f.isWasm():
		return fail(`see the log of the gateway for "error in converting the wasm config to local"; when the registry answers again: sluice apply -f FILE --pull-again`,
			fmt.Sprintf("the agent could not get the module, and gave Envoy %s in its stead", stand(f.kind)))
	case f.remote:
		return fail("let Envoy get its configuration through Istio's agent, which pulls images", "Envoy was given the image's address")
	}
	return ok("the agent gave Envoy the file " + strings.Join(f.files, ", "))
}

func stand(kind string) string {
	if kind == "RBAC" {
		return "a filter that refuses all requests (RBAC)"
	}
	return "a filter " + orKind(kind)
}

// extracted is step 8.
func (c *cluster) extracted() finding {
	f := c.l.envoy.dump.find(c.l.name())
	if g, unasked := c.l.unasked(); unasked {
		g.state = Unknown
		return g
	}
	if f == nil || !f.isWasm() {
		return unknown("see the step \"pull\"", "there is no file of it")
	}
	return c.l.sameFile(f)
}

// configured is step 9, of which the control plane knows nothing.
func (c *cluster) configured() finding { return unknown(giveAdmin, errNoAdmin.Error()) }
