package serve

import (
	"testing"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

func TestApplies(t *testing.T) {
	gw := map[string]string{"app": "gw", "gateway.networking.k8s.io/gateway-name": "front"}
	for name, c := range map[string]struct {
		w    wasmplugin.Plugin
		n    xds.Node
		want bool
	}{
		"no namespace":      {wasmplugin.Plugin{Namespace: "a"}, xds.Node{}, true},
		"its namespace":     {wasmplugin.Plugin{Namespace: "a"}, xds.Node{Namespace: "a"}, true},
		"another namespace": {wasmplugin.Plugin{Namespace: "a"}, xds.Node{Namespace: "b"}, false},
		"root namespace":    {wasmplugin.Plugin{Namespace: "istio-system"}, xds.Node{Namespace: "b"}, true},
		"label":             {wasmplugin.Plugin{Selector: map[string]string{"app": "gw"}}, xds.Node{Labels: gw}, true},
		"other label":       {wasmplugin.Plugin{Selector: map[string]string{"app": "x"}}, xds.Node{Labels: gw}, false},
		"no labels":         {wasmplugin.Plugin{Selector: map[string]string{"app": "gw"}}, xds.Node{}, false},
		"gateway":           {wasmplugin.Plugin{TargetRefs: []wasmplugin.TargetRef{{Kind: "Gateway", Name: "front"}}}, xds.Node{Labels: gw}, true},
		"other gateway":     {wasmplugin.Plugin{TargetRefs: []wasmplugin.TargetRef{{Kind: "Gateway", Name: "back"}}}, xds.Node{Labels: gw}, false},
		"a service":         {wasmplugin.Plugin{TargetRefs: []wasmplugin.TargetRef{{Kind: "Service", Name: "front"}}}, xds.Node{Labels: gw}, false},
	} {
		if got := applies(&c.w, c.n, DefaultRoots()); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRunsIn(t *testing.T) {
	in, out := xds.Place{Port: 80, Inbound: true}, xds.Place{Port: 8080}
	for _, c := range []struct {
		match      []wasmplugin.Match
		inside, at bool
	}{
		{nil, true, true},
		{[]wasmplugin.Match{{}}, true, true},
		{[]wasmplugin.Match{{Mode: "SERVER"}}, true, false},
		{[]wasmplugin.Match{{Mode: "CLIENT"}}, false, true},
		{[]wasmplugin.Match{{Mode: "CLIENT_AND_SERVER", Ports: []uint32{80}}}, true, false},
		{[]wasmplugin.Match{{Mode: "CLIENT", Ports: []uint32{80}}, {Ports: []uint32{8080}}}, false, true},
	} {
		w := wasmplugin.Plugin{Match: c.match}
		if runsIn(&w, in) != c.inside || runsIn(&w, out) != c.at {
			t.Errorf("%+v: %v, %v", c.match, runsIn(&w, in), runsIn(&w, out))
		}
	}
}

func TestMoves(t *testing.T) {
	for url, want := range map[string]bool{
		"oci://r.example/p:latest": true, "oci://r.example/p": true, "oci://r.example:5000/p": true, "oci://r.example/p:1": false,
		"oci://r.example/p@sha256:00": false, "file:///x": false, "https://r.example/p:latest": false,
	} {
		if got := moves(&wasmplugin.Plugin{URL: url}); got != want {
			t.Errorf("%s: %v", url, got)
		}
	}
	if !moves(&wasmplugin.Plugin{URL: "oci://r.example/p:1", PullPolicy: wasmplugin.Always}) || moves(&wasmplugin.Plugin{URL: "oci://r.example/p", PullPolicy: wasmplugin.IfNotPresent}) {
		t.Error("the policy is not asked")
	}
}
