package xds

import (
	"testing"
)

// TestOneAtATime: changes of named resources go out one by one, each after the
// answer to the one before.
func TestOneAtATime(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1", "b", "b1", "c", "c1")})
	n := p.node()
	n.ask(Extensions, "", "", "", "a", "b")
	r := n.get()
	n.wantValues(r, "a1")
	n.none()
	p.want(Wanted{Extensions: made(t, "a", "a2", "b", "b1")})
	n.none() // the first is not answered yet
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "b")
	r = n.get()
	n.wantValues(r, "a2")
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "b")
	r = n.get()
	n.wantValues(r, "b1")
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "b")
	n.none()
}

// TestRefusal: a version that was refused is not sent again, its reason is told,
// others go on, and the next version is sent.
func TestRefusal(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1", "b", "b1")})
	n := p.node()
	n.ask(Extensions, "", "", "", "a", "b")
	first := n.get()
	n.ask(Extensions, "", first.Nonce, "no good", "a", "b")
	r := n.get()
	n.wantValues(r, "b1")
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "b")
	n.none()
	p.s.Changed()
	n.none()
	got := p.s.Nodes()[0].Resources
	if len(got) != 2 || got[0].State != Denied || got[0].Reason != "no good" || got[0].RefusedAt.IsZero() || got[0].Running != "" || got[1].State != Running {
		t.Errorf("status %+v", got)
	}
	if refused := p.told(func(e Event) bool { _, ok := e.(Refused); return ok }); len(refused) != 1 || refused[0].(Refused).Resource != "a" {
		t.Errorf("told %+v", refused)
	}
	p.want(Wanted{Extensions: made(t, "a", "a2", "b", "b1")})
	r = n.get()
	n.wantValues(r, "a2")
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "b")
	eventually(t, "the new version to run", func() bool {
		got := p.s.Nodes()[0].Resources[0]
		return got.State == Running && got.Refused == ""
	})
}

// TestReconnect: a node that comes back with what it shall have gets nothing; one
// with anything else gets all.
func TestReconnect(t *testing.T) {
	w := Wanted{Extensions: made(t, "a", "a1", "b", "b1"), Clusters: nil, Listeners: made(t, "l", "l1")}
	p := newPlan(t, w)
	n := p.node()
	n.ask(Extensions, "", "", "", "a", "b")
	r := n.get()
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "b")
	r = n.get()
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "b")
	version := r.VersionInfo
	n.ask(Clusters, "", "", "")
	r = n.get() // empty, but it is waited for
	n.wantValues(r)
	noClusters := r.VersionInfo
	n.ask(Clusters, r.VersionInfo, r.Nonce, "")
	n.end()

	again := newPlan(t, w) // another process
	n = again.node()
	n.ask(Clusters, noClusters, "", "")
	n.ask(Extensions, version, "", "", "b", "a")
	n.none()
	eventually(t, "the status", func() bool {
		s := again.s.Nodes()
		return len(s) == 1 && len(s[0].Resources) == 2 && s[0].Resources[0].State == Running
	})
	again.want(Wanted{Extensions: made(t, "a", "a1", "b", "b2")})
	n.wantValues(n.get(), "b2")

	n = again.node()
	n.ask(Extensions, "other", "", "", "a", "b")
	n.wantValues(n.get(), "a1")
}

// TestWholeTypes: listeners go as a set, after the clusters; clusters that are not
// wanted any more go after the listeners that named them.
func TestWholeTypes(t *testing.T) {
	p := newPlan(t, Wanted{Clusters: made(t, "c1", "c1"), Listeners: made(t, "l", "uses c1")})
	n := p.node()
	n.ask(Listeners, "", "", "")
	n.wantValuesOf(Listeners, "uses c1") // nobody has asked for clusters
	n.ask(Clusters, "", "", "")
	n.wantValuesOf(Clusters, "c1")
	p.want(Wanted{Clusters: made(t, "c2", "c2"), Listeners: made(t, "l", "uses c2")})
	n.wantValuesOf(Clusters, "c2", "c1")
	n.wantValuesOf(Listeners, "uses c2")
	n.wantValuesOf(Clusters, "c2")
	n.none()
}

// wantValuesOf takes an answer and accepts it.
func (n *fakeNode) wantValuesOf(t Type, want ...string) {
	n.t.Helper()
	r := n.get()
	if r.TypeUrl != string(t) {
		n.t.Fatalf("got %s, want %s", r.TypeUrl, t)
	}
	n.wantValues(r, want...)
	n.ask(t, r.VersionInfo, r.Nonce, "")
}

// TestPartlyRefused: of a set, the resources that the reason names are refused, and
// stay as they were in the next set; no loop comes of it.
func TestPartlyRefused(t *testing.T) {
	p := newPlan(t, Wanted{Listeners: made(t, "x", "x1", "y", "y1")})
	n := p.node()
	n.ask(Listeners, "", "", "")
	r := n.get()
	n.ask(Listeners, r.VersionInfo, r.Nonce, "")
	p.want(Wanted{Listeners: made(t, "x", "x2", "y", "y2")})
	bad := n.get()
	n.wantValues(bad, "x2", "y2")
	n.ask(Listeners, r.VersionInfo, bad.Nonce, "Error adding/updating listener(s) x: no good")
	n.none()
	got := p.s.Nodes()[0].Resources
	if got[0].State != Denied || got[1].State != Running {
		t.Errorf("status %+v", got)
	}
	p.want(Wanted{Listeners: made(t, "x", "x2", "y", "y3")})
	n.wantValues(n.get(), "x1", "y3")
}

// TestAskAgain: a node that asks again for a name that it has gets it again, as a
// part of it may have no copy; names that it drops and takes up later, too.
func TestAskAgain(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1")})
	n := p.node()
	n.ask(Extensions, "", "", "", "a", "unknown")
	r := n.get()
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "unknown")
	n.none()
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "unknown")
	r = n.get()
	n.wantValues(r, "a1")
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a", "unknown")
	n.none()
	n.ask(Extensions, r.VersionInfo, r.Nonce, "")
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a")
	n.wantValues(n.get(), "a1")
	for _, s := range p.s.Nodes()[0].Resources {
		if s.Name == "unknown" {
			t.Errorf("a name that is not asked for: %+v", s)
		}
	}
}

// TestStaleAnswer: an answer to something older changes nothing.
func TestStaleAnswer(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1")})
	n := p.node()
	n.ask(Extensions, "", "", "", "a")
	r := n.get()
	n.ask(Extensions, "", "77", "about something else", "a")
	n.none()
	if s := p.s.Nodes()[0].Resources[0]; s.State != Pending || s.SentAt.IsZero() {
		t.Errorf("status %+v", s)
	}
	n.ask(Extensions, r.VersionInfo, r.Nonce, "", "a")
	eventually(t, "the answer", func() bool { return p.s.Nodes()[0].Resources[0].State == Running })
}

// TestGone: a node without a connection is told of, until it is back.
func TestGone(t *testing.T) {
	p := newPlan(t, nil)
	n := p.node()
	n.ask(Extensions, "", "", "", "a")
	eventually(t, "the node", func() bool {
		s := p.s.Nodes()
		return len(s) == 1 && s[0].Connected && s[0].Resources[0].State == Unknown
	})
	n.end()
	eventually(t, "it to be gone", func() bool { s := p.s.Nodes(); return len(s) == 1 && !s[0].Connected })
	n = p.node()
	n.ask(Extensions, "", "", "", "a")
	eventually(t, "it to be back", func() bool { s := p.s.Nodes(); return len(s) == 1 && s[0].Connected })
}
