package serve

import (
	"context"
	"reflect"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// keepVersions is how many versions that were good are kept beside the newest.
const keepVersions = 2

// entry is a plugin of the directory.
type entry struct {
	name  string
	spec  wasmplugin.Plugin
	stamp string // of the module's file, for file:// URLs
	// versions are those that nodes may get, newest first.
	versions []*version
	canary   *canary // nil for none
	// problem is why the resource is not what the newest version is, nil if it is.
	problem error
	since   time.Time // of the problem
	// working says that the resource is being made ready; stop ends that.
	working bool
	stop    context.CancelFunc
	// failures counts failed attempts in a row, retry is when the next one is due.
	failures int
	retry    time.Time
	asked    time.Time // of the last attempt's end
}

// nameOf is what Envoys call a plugin.
func nameOf(w *wasmplugin.Plugin) string {
	name := w.Namespace + "." + w.Name
	if w.Entry > 0 {
		name += "." + strconv.Itoa(w.Entry)
	}
	return name
}

// same reports whether two resources ask for the same.
func same(a, b wasmplugin.Plugin) bool {
	a.Source, b.Source = "", ""
	return reflect.DeepEqual(a, b)
}

// add makes a version the newest.
func (e *entry) add(v *version) {
	kept := []*version{v}
	for _, old := range e.versions {
		if old.id == v.id {
			v.good = v.good || old.good
			v.since = old.since
			continue
		}
		if old.good && len(kept) <= keepVersions {
			kept = append(kept, old)
		}
	}
	e.versions = kept
}

// find returns the version with which a resource was made.
func (e *entry) find(text string) *version {
	for _, v := range e.versions {
		if v.is(text) {
			return v
		}
	}
	return nil
}

// newest is the newest version, or nil.
func (e *entry) newest() *version {
	if len(e.versions) == 0 {
		return nil
	}
	return e.versions[0]
}

// resource is what a node gets: the newest version that its Envoy hasn't refused.
// Where there is none at all because none can be had, something stands in that
// denies requests, or lets them pass if the resource says so. It reports false
// where the node keeps what it has, or waits.
func (e *entry) resource(n xds.Node, refused func(envoy, version string) bool) (xds.Resource, bool) {
	for _, v := range e.versions {
		if r, err := v.resource(n); err == nil && !refused(n.Version, r.Version) {
			if both, ok := e.split(n, v, refused); ok {
				return both, true
			}
			return r, true
		}
	}
	if len(e.versions) > 0 || e.problem == nil {
		return xds.Resource{}, false
	}
	standIn := xds.Deny
	if e.spec.FailStrategy == wasmplugin.FailOpen {
		standIn = xds.Allow
	}
	r, err := standIn(e.name)
	return r, err == nil
}

// backoff is how long to wait after a failed attempt: the causes are as often a
// registry that restarts as a tag that is not there yet.
func (e *entry) backoff() time.Duration {
	return min(time.Minute, 2*time.Second<<min(e.failures, 5))
}
