package agent

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// apis are the two forms of the protocol that an Envoy may speak to the agent.
var apis = []string{"GRPC", "DELTA_GRPC"}

// TestReload: the first version, then new code and new configurations under load,
// without a failed request; in both forms of the protocol.
func TestReload(t *testing.T) {
	for _, api := range apis {
		t.Run(api, func(t *testing.T) {
			l := newLab(t)
			url, sum := l.probe("one")
			l.plane.push("probe", url, sum, "first", "")
			l.agent()
			l.run(api)
			l.serves("one", "first")
			stop := l.load(4)
			for _, mark := range []string{"two", "three", "four"} {
				url, sum = l.probe(mark)
				l.plane.push("probe", url, sum, "of "+mark, "")
				l.serves(mark, "of "+mark)
				l.plane.push("probe", url, sum, "again", "")
				l.serves(mark, "again")
			}
			sent, failed := stop()
			if failed > 0 || sent == 0 {
				t.Errorf("%d of %d requests failed", failed, sent)
			}
			eventually(t, "the control plane knows", func() bool { return l.plane.isAcked("probe") })
			if !l.plane.agents || l.plane.refusals() != "" {
				t.Errorf("an agent: %t, refused: %s", l.plane.agents, l.plane.refusals())
			}
		})
	}
}

// TestRefusedByEnvoy: what Envoy refuses is refused with Envoy's reason, and the last
// good version serves on.
func TestRefusedByEnvoy(t *testing.T) {
	for _, api := range apis {
		t.Run(api, func(t *testing.T) {
			l := newLab(t)
			url, sum := l.probe("one")
			l.plane.push("probe", url, sum, "good", "")
			l.agent()
			l.run(api)
			l.serves("one", "good")
			l.plane.push("probe", url, sum, "!bad", "")
			eventually(t, "a refusal", func() bool { return strings.Contains(l.plane.refusals(), "probe") })
			l.serves("one", "good")
			l.plane.push("probe", url, sum, "better", "")
			l.serves("one", "better")
			eventually(t, "it is accepted", func() bool { return l.plane.isAcked("probe") })
		})
	}
}

// TestRegistryAway: a version whose image can't be had is refused with the reason,
// the old one serves, and the agent tries until it works, and says so.
func TestRegistryAway(t *testing.T) {
	l := newLab(t)
	url, sum := l.probe("one")
	l.plane.push("probe", url, sum, "x", "")
	l.agent()
	l.run("DELTA_GRPC")
	l.serves("one", "x")
	stop := l.load(2)
	url, sum = l.probe("two")
	gone := strings.Replace(url, "/probe@", "/elsewhere@", 1)
	l.plane.push("probe", gone, sum, "x", "")
	eventually(t, "a refusal", func() bool { return strings.Contains(l.plane.refusals(), "tries again") })
	l.serves("one", "x")
	l.registerElsewhere("two")
	l.serves("two", "x")
	eventually(t, "it is accepted at last", func() bool { return l.plane.isAcked("probe") })
	if sent, failed := stop(); failed > 0 {
		t.Errorf("%d of %d requests failed", failed, sent)
	}
}

// TestNoVersion: with none to serve, requests are denied, or pass for FAIL_OPEN; and
// when the module comes, it takes over.
func TestNoVersion(t *testing.T) {
	for fail, status := range map[wasmplugin.FailStrategy]int{wasmplugin.FailReload: 403, wasmplugin.FailOpen: 200} {
		t.Run(string(fail), func(t *testing.T) {
			l := newLab(t)
			url, sum := l.probe("one")
			l.plane.push("probe", strings.Replace(url, "/probe@", "/elsewhere@", 1), sum, "x", fail)
			l.agent()
			l.run("GRPC")
			l.status(status)
			eventually(t, "a refusal", func() bool { return strings.Contains(l.plane.refusals(), "probe: ") })
			l.registerElsewhere("one")
			l.serves("one", "x")
			eventually(t, "it is accepted at last", func() bool { return l.plane.isAcked("probe") })
		})
	}
}
