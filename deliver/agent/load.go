package agent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/upstream"
)

// load begins to make what the control plane wants of a resource ready for Envoy.
func (n *node) load(i *item) {
	ctx, cancel := context.WithCancel(n.a.ctx)
	i.stop = cancel
	r := *i.desired
	n.a.group.Go(func() {
		defer cancel()
		l, err := n.a.localize(ctx, n.id, r)
		n.do(func() {
			if ctx.Err() != nil || i.desired == nil || stamp(*i.desired) != stamp(r) {
				return // it wants something else by now
			}
			i.stop = nil
			n.loaded(i, l, err)
			n.settle()
		})
	})
}

// loaded notes how that ended.
func (n *node) loaded(i *item, l local, err error) {
	i.attempts++
	// For the case that Envoy refuses it, too. None for what has no plugin.
	i.standIn, i.open, _ = upstream.StandIn(*i.desired)
	if err == nil {
		i.ready, i.readyOf, i.failure = l, stamp(*i.desired), ""
		return
	}
	i.failure = reason(err)
	pause := min(n.a.o.Retry<<min(i.attempts-1, 16), n.a.o.MaxRetry)
	i.retry = time.AfterFunc(pause, func() {
		n.do(func() {
			if i.retry != nil && i.failure != "" {
				i.retry = nil
				n.load(i)
			}
		})
	})
	n.a.tell(Failed{Node: n.id, Resource: i.name, Err: i.failure, Serves: i.meanwhile(), Retry: pause})
}

// meanwhile says what Envoy has while a module can't be had.
func (i *item) meanwhile() string {
	switch {
	case i.ready.is() || i.good.is():
		return "last good"
	case i.standIn.Body == nil:
		return "nothing"
	case i.open:
		return "allow"
	default:
		return "deny"
	}
}

// reason is an error without the name of the plugin, which the reader knows.
func reason(err error) string {
	var at *prepare.Error
	if errors.As(err, &at) {
		return fmt.Sprintf("%s: %v", at.Step, at.Err)
	}
	return err.Error()
}

// localize puts local files in the place of the modules that a resource names.
func (a *Agent) localize(ctx context.Context, node string, r xds.Resource) (local, error) {
	l := local{Upstream: r.Version}
	var err error
	l.Resource, err = upstream.Localize(r, func(c upstream.Code) (string, error) {
		m, err := a.module(ctx, node, r.Name, c)
		if err != nil || m == nil {
			return "", err
		}
		l.Modules = append(l.Modules, m)
		return m.File, nil
	})
	return l, err
}

// errElsewhere is about code that Envoy would get on its own.
var errElsewhere = errors.New("the control plane names code that this agent can't verify: a file, or a URL for Envoy itself")

// module gets one module; nil is for code that stays as it is.
func (a *Agent) module(ctx context.Context, node, name string, c upstream.Code) (*prepare.Module, error) {
	start := time.Now()
	w := pluginOf(node, name, c)
	var m *prepare.Module
	var err error
	switch {
	case c.Reference != nil:
		err = a.slots.Do(ctx, func() (err error) {
			m, err = a.prep.Module(ctx, w)
			return err
		})
		if err == nil && m.SHA256 != c.Reference.SHA256 {
			err = fmt.Errorf("%w: the module in %s is %s, and the control plane says %s",
				prepare.ErrChecksum, c.Reference.URL, m.SHA256, c.Reference.SHA256)
		}
	case c.Inline != nil:
		m, err = a.prep.Inline(w, c.Inline)
	case a.o.Prepare.SignedOnly:
		return nil, errElsewhere
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e := Fetched{Node: node, Resource: name, URL: m.URL, SHA256: m.SHA256, File: m.File, FromStore: m.FromStore, Took: time.Since(start)}
	if m.Verified != nil {
		e.Rule = m.Verified.Rule
	}
	a.tell(e)
	for _, text := range m.Warnings {
		a.tell(Warning{Node: node, Text: name + ": " + text})
	}
	return m, nil
}

// pluginOf is what package prepare is asked for.
func pluginOf(node, name string, c upstream.Code) *wasmplugin.Plugin {
	w := &wasmplugin.Plugin{Kind: "agent", Namespace: node, Name: name, PullPolicy: wasmplugin.IfNotPresent}
	if c.Reference != nil {
		w.URL = c.Reference.URL
		if !strings.HasPrefix(w.URL, "oci://") { // whose sha256 would be the manifest's
			w.SHA256 = c.Reference.SHA256
		}
	}
	return w
}
