package trace

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/deliver/internal/cleanurl"
	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// cluster is a Kubernetes cluster with istiod, or another controller.
type cluster struct {
	l       *look
	context string
	object  *kube.Object // nil where there is none
	live    wasmplugin.Plugin
	err     error // of the API server

	proxies []proxy // those that get the plugin
	all     int     // those that are connected
	unseen  error   // why istiod does not tell
	partly  error   // which replicas of it don't, where others do
}

// proxy is one that gets the plugin, and what istiod has for it.
type proxy struct {
	kube.Proxy
	config string
}

func (l *look) findCluster(named bool) plane {
	c := &cluster{l: l}
	ctx, cancel := l.within()
	defer cancel()
	k := l.t.o.Kube
	at, err := kube.Open(kube.Options{Kubeconfig: k.Kubeconfig, Context: k.Context, Namespace: k.Namespace, Timeout: l.t.o.Timeout})
	if err != nil {
		c.err = err
		return c
	}
	c.context = at.Context
	if !named {
		l.w.Namespace = at.Namespace
	}
	if c.object, c.err = at.Get(ctx, l.w.Kind, l.w.Namespace, l.w.Name); c.object != nil {
		c.live, c.err = pluginOf(c.object, l.w.Entry)
	}
	if l.w.Kind != wasmplugin.EnvoyGateway {
		c.see(at, k.Istiod)
	}
	return c
}

// pluginOf is what an object asks for.
func pluginOf(o *kube.Object, entry int) (wasmplugin.Plugin, error) {
	text, err := o.JSON()
	if err != nil {
		return wasmplugin.Plugin{}, err
	}
	all, err := wasmplugin.Parse("the cluster's "+o.String(), text)
	if err != nil {
		return wasmplugin.Plugin{}, err
	}
	i := slices.IndexFunc(all, func(w wasmplugin.Plugin) bool { return w.Entry == entry })
	if i < 0 {
		return wasmplugin.Plugin{}, fmt.Errorf("%s has no plugin with the number %d", o, entry)
	}
	return all[i], nil
}

// see asks istiod.
func (c *cluster) see(at *kube.Cluster, istiod string) {
	ctx, cancel := c.l.within()
	defer cancel()
	var view *kube.View
	if istiod != "" {
		view = kube.ViewAt(istiod)
	} else if view, c.unseen = at.View(ctx); c.unseen != nil {
		return
	}
	c.unseen = c.ask(ctx, view)
}

func (c *cluster) ask(ctx context.Context, view *kube.View) error {
	all, err := view.Proxies(ctx)
	if err != nil && len(all) == 0 {
		return err
	}
	c.all, c.partly = len(all), err
	for _, p := range all {
		plugins, err := view.Plugins(ctx, p.ID)
		if err != nil {
			return err
		}
		if config, ok := plugins[c.l.name()]; ok {
			c.proxies = append(c.proxies, proxy{p, config})
		}
	}
	return nil
}

func (c *cluster) through() string { return string(c.l.w.Kind) }

func (c *cluster) sides() (holder, watcher, proxy string) {
	switch c.l.w.Kind {
	case wasmplugin.EnvoyGateway:
		return "API server", "Envoy Gateway", "Envoy Gateway"
	case wasmplugin.Higress:
		return "API server", "Higress controller", "Higress gateway's agent"
	}
	return "API server", "istiod", "Istio's agent"
}

// resource is step 4.
func (c *cluster) resource() finding {
	switch {
	case c.err != nil:
		return fail("see --context and --kubeconfig, and that this user may read it", c.err.Error())
	case c.object == nil:
		return fail(`apply it with "sluice apply -f", or see -n and --context`,
			fmt.Sprintf("the context %s has no %s %s/%s", c.context, c.through(), c.l.w.Namespace, c.l.w.Name))
	}
	facts := []string{fmt.Sprintf("%s in the context %s: resourceVersion %s, generation %d", c.object, c.context, c.object.ResourceVersion(), c.object.Generation())}
	if repository(c.live.URL) != repository(c.l.w.URL) {
		return fail(`apply the file with "sluice apply -f"`, append(facts, fmt.Sprintf("the file names %s, and the cluster has %s", cleanurl.Of(c.l.w.URL), cleanurl.Of(c.live.URL)))...)
	}
	return c.l.pinned(c.live.URL, c.live.SHA256).seen(facts...)
}

// repository is a URL without tag and digest: "sluice apply" puts the one in the other's
// stead.
func repository(url string) string {
	if !strings.HasPrefix(url, "oci://") {
		return url
	}
	name, _, _ := strings.Cut(url, "@")
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name = name[:colon]
	}
	return name
}
