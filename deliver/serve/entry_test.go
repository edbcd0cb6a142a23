package serve

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// made is a version with a configuration.
func made(t *testing.T, config string) *version {
	t.Helper()
	m := &prepare.Module{File: "/modules/x.wasm", SHA256: strings.Repeat("a", 64), Image: "registry.example/x", Digest: "sha256:" + strings.Repeat("b", 64), Report: &build.Report{}}
	v, err := newVersion("web.x", wasmplugin.Plugin{Name: "x", Namespace: "web"}, &prepare.Ready{Module: m, Config: []byte(config)}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEntryChooses(t *testing.T) {
	e := &entry{name: "web.x", spec: wasmplugin.Plugin{FailStrategy: wasmplugin.FailReload}}
	refused := map[string]bool{}
	no := func(envoy, version string) bool { return refused[envoy+" "+version] }
	node := xds.Node{Version: "1.40.0"}
	if _, ok := e.resource(node, no); ok {
		t.Error("a plugin that is being prepared has a resource")
	}
	e.problem = errors.New("no image")
	deny, ok := e.resource(node, no)
	if want, _ := xds.Deny("web.x"); !ok || deny.Version != want.Version {
		t.Errorf("nothing to serve: %+v", deny)
	}
	e.spec.FailStrategy = wasmplugin.FailOpen
	allow, _ := e.resource(node, no)
	if want, _ := xds.Allow("web.x"); allow.Version != want.Version || allow.Version == deny.Version {
		t.Errorf("fail open: %+v", allow)
	}
	one, two := made(t, "1"), made(t, "2")
	one.good = true
	e.add(one)
	e.add(two)
	if r, _ := e.resource(node, no); r.Version != two.id {
		t.Error("not the newest")
	}
	refused["1.40.0 "+two.id] = true
	if r, _ := e.resource(node, no); r.Version != one.id {
		t.Error("not the one before")
	}
	if r, _ := e.resource(xds.Node{Version: "1.36.0"}, no); r.Version != two.id {
		t.Error("another Envoy's refusal counts")
	}
	refused["1.40.0 "+one.id] = true
	if _, ok := e.resource(node, no); ok {
		t.Error("something though all was refused")
	}
}

func TestEntryKeeps(t *testing.T) {
	e := &entry{name: "web.x"}
	for _, config := range []string{"1", "2", "3", "4"} {
		v := made(t, config)
		v.good = config != "3"
		e.add(v)
	}
	again := made(t, "4")
	e.add(again)
	var got string
	for _, v := range e.versions {
		got += string(v.ready.Config)
	}
	if got != "421" || !again.good {
		t.Errorf("kept %s, good %v", got, again.good)
	}
}

func TestVersionForms(t *testing.T) {
	v := made(t, "1")
	forms := map[string]bool{}
	for _, n := range []xds.Node{{Version: "1.40.0"}, {Version: "1.40.0", Agent: true}} {
		r, err := v.resource(n)
		if err != nil || !v.is(r.Version) {
			t.Fatal(r, err)
		}
		forms[r.Version] = true
	}
	if len(forms) != 2 || v.is("x") || !v.is(v.id) {
		t.Errorf("forms %v", forms)
	}
}

func TestBackoff(t *testing.T) {
	e := &entry{}
	for i, want := range []time.Duration{2, 4, 8, 16, 32, 60, 60} {
		e.failures = i
		if got := e.backoff(); got != want*time.Second {
			t.Errorf("after %d failures: %v", i, got)
		}
	}
}

func TestFailTellsOnce(t *testing.T) {
	e := &entry{name: "x"}
	first, ok := e.fail(errors.New("down")).(Failed)
	if !ok || !first.LeftOut || e.fail(errors.New("down")) != nil || e.fail(errors.New("other")) == nil {
		t.Errorf("told %+v", first)
	}
	if e.failures != 3 || e.retry.Before(time.Now()) {
		t.Errorf("%d failures, next attempt %v", e.failures, e.retry)
	}
}
