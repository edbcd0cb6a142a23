package serve

import (
	"slices"

	"github.com/sluiceproxy/sluice/deploy/xds"
)

// want says what a node shall have.
func (s *server) want(n xds.Node) xds.Wanted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted(n, xds.FromADS, true)
}

func (s *server) wanted(n xds.Node, from xds.Source, reported bool) xds.Wanted {
	w := xds.Wanted{xds.Extensions: s.extensions(n)}
	if s.gateway == nil || s.gateway.current == nil {
		return w
	}
	plugins := func(p xds.Place) []string { return s.chain(n, p) }
	var reports func(xds.Place) bool // files have no server to report to
	if reported {
		reports = s.reports(n)
	}
	listeners, clusters, err := s.gateway.current.Resources(plugins, from, reports)
	if g := s.gateway.good; g != nil && g != s.gateway.current && (err != nil || s.anyRefused(n, listeners, clusters)) {
		listeners, clusters, err = g.Resources(plugins, from, reports)
	}
	if err != nil {
		s.tell(Failed{Err: s.gateway.path + ": " + err.Error()})
		return w
	}
	w[xds.Listeners], w[xds.Clusters] = listeners, clusters
	return w
}

// extensions are the plugins of all namespaces: a node asks for those that its
// listeners name.
func (s *server) extensions(n xds.Node) []xds.Resource {
	refused := func(envoy, version string) bool { return s.memory.refused(n.ID, envoy, version) }
	var out []xds.Resource
	for _, e := range s.sorted {
		if r, ok := e.resource(n, refused); ok {
			out = append(out, r)
		}
	}
	if s.gateway != nil {
		return out
	}
	for _, name := range s.memory.removed() {
		if _, back := s.entries[name]; back {
			continue
		}
		if r, err := xds.Allow(name); err == nil {
			out = append(out, r)
		}
	}
	return out
}

// chain is the names of the plugins that run in a listener of a node.
func (s *server) chain(n xds.Node, p xds.Place) []string {
	var out []string
	for _, e := range s.sorted {
		if applies(&e.spec, n, s.o.Roots) && runsIn(&e.spec, p) {
			out = append(out, e.name)
		}
	}
	return out
}

func (s *server) anyRefused(n xds.Node, sets ...[]xds.Resource) bool {
	return slices.ContainsFunc(slices.Concat(sets...), func(r xds.Resource) bool { return s.memory.refused(n.ID, n.Version, r.Version) })
}

// write writes the files for Envoys that read them.
func (s *server) write() error {
	if s.o.Out == "" {
		return nil
	}
	s.writing.Lock() // what is wanted is written in the order in which it was wanted
	defer s.writing.Unlock()
	s.mu.Lock()
	files := xds.Files{Dir: s.o.Out}
	w := s.wanted(xds.Node{}, files.FromFile, false)
	for _, e := range s.sorted {
		if !slices.ContainsFunc(w[xds.Extensions], func(r xds.Resource) bool { return r.Name == e.name }) {
			w[xds.Extensions] = append(w[xds.Extensions], xds.Resource{Name: e.name})
		}
	}
	var handed []*version
	for i, r := range w[xds.Extensions] {
		if e := s.entries[r.Name]; e != nil && len(e.versions) > 0 {
			handed = append(handed, e.newest())
		}
		if e := s.entries[r.Name]; e != nil && len(e.versions) == 0 && files.HasPlugin(r.Name) {
			w[xds.Extensions][i].Body = nil // an earlier process wrote what serves
		}
	}
	s.mu.Unlock()
	changed, err := files.Write(w)
	for _, name := range changed {
		s.tell(Reloaded{What: name, Node: s.o.Out})
	}
	if err == nil && s.o.Listen == Off {
		s.handedOut(handed)
	}
	return err
}

// handedOut notes versions that are in the files, where nothing but files tells what
// serves: a rollout begins beside such a version, and a restart goes on with it.
func (s *server) handedOut(all []*version) {
	var fresh []*version
	s.mu.Lock()
	for _, v := range all {
		if !v.good {
			v.good = true
			fresh = append(fresh, v)
		}
	}
	s.mu.Unlock()
	for _, v := range fresh {
		s.note(v.spec, v.ready)
	}
}
