package agent

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// item is what the agent knows of a resource of a node.
type item struct {
	t    xds.Type
	name string

	// desired is what the control plane wants, as it came; nil if it hasn't said
	// anything since this process began.
	desired *xds.Resource
	// ready is what desired has become, for Envoy. It is that of an older one while
	// readyOf isn't the version of desired.
	ready   local
	readyOf string
	// good is what Envoy has accepted last, that is no stand-in.
	good local

	// held is the version, of ready, good or standIn, that the connected Envoy has.
	held string
	// refused is the version that Envoy has refused, and why.
	refused, reason string

	// failure is why desired can't be had, "" if it can or isn't known yet.
	failure  string
	attempts int
	retry    *time.Timer
	// standIn is what Envoy gets while there is nothing else; open says that it lets
	// requests pass.
	standIn xds.Resource
	open    bool
	// stop ends the attempt that is under way, nil for none.
	stop context.CancelFunc
	// owed says that the control plane was told of the failure, and not yet of its
	// end.
	owed bool
}

// local is a resource for Envoy, with the modules in it.
type local struct {
	xds.Resource
	// Upstream is the version of the control plane that it was made of.
	Upstream string
	Modules  []*prepare.Module
}

func (l local) is() bool { return l.Body != nil }

// isCurrent reports whether ready is what the control plane wants.
func (i *item) isCurrent() bool {
	return i.desired != nil && i.ready.is() && i.readyOf == stamp(*i.desired)
}

// serves is what Envoy shall have; false for nothing yet.
func (i *item) serves() (xds.Resource, bool) {
	switch {
	case i.ready.is() && i.refused != i.ready.Version:
		return i.ready.Resource, true
	case i.good.is():
		return i.good.Resource, true
	case i.failure != "" || i.refused != "":
		return i.standIn, i.standIn.Body != nil
	default:
		return xds.Resource{}, false
	}
}

// isUndecided reports whether it is not known yet what Envoy shall have.
func (i *item) isUndecided() bool {
	return i.desired != nil && !i.ready.is() && !i.good.is() && i.failure == ""
}

// end stops what is under way for the item.
func (i *item) end() {
	if i.stop != nil {
		i.stop()
		i.stop = nil
	}
	if i.retry != nil {
		i.retry.Stop()
		i.retry = nil
	}
}

// stamp tells versions of a resource apart, whatever the control plane calls them.
func stamp(r xds.Resource) string { return r.Version + "/" + digest(r.Body) }
