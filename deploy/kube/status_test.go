package kube_test

import (
	"context"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

const policyPath = "gateway.envoyproxy.io/v1alpha1/namespaces/team/envoyextensionpolicies/demo"

// withStatus is a policy of generation 1 with a condition of one gateway.
func withStatus(status string, observed int) map[string]any {
	return map[string]any{"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "EnvoyExtensionPolicy",
		"metadata": map[string]any{"name": "demo", "namespace": "team"},
		"status": map[string]any{"ancestors": []any{7, map[string]any{
			"ancestorRef": map[string]any{"kind": "Gateway", "name": "eg"}, "controllerName": "c",
			"conditions": []any{"bad", map[string]any{"type": "Accepted", "status": status, "message": "said the test", "observedGeneration": observed}},
		}}}}
}

func TestWaitAccepted(t *testing.T) {
	for _, test := range []struct {
		status   string
		observed int
		ok       bool
		seen     string
	}{
		{"True", 1, true, "Gateway eg: Accepted=True (said the test)"},
		{"False", 1, false, "Gateway eg: Accepted=False (said the test)"},
		{"True", 0, false, "Gateway eg: Accepted=True (said the test), of an earlier generation"},
	} {
		c, s := open(t)
		s.Put(policyPath, kube.FieldManager, withStatus(test.status, test.observed))
		obj, err := c.Find(t.Context(), kube.Kinds(), "", "demo")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		seen, ok, err := c.WaitAccepted(ctx, obj)
		cancel()
		if ok != test.ok || seen != test.seen || err != nil {
			t.Errorf("%s %d: %q %v %v, want %q %v", test.status, test.observed, seen, ok, err, test.seen, test.ok)
		}
	}
}

func TestWaitAcceptedWithoutAStatus(t *testing.T) {
	c, s := open(t)
	s.Put(policyPath, kube.FieldManager, map[string]any{"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "EnvoyExtensionPolicy",
		"metadata": map[string]any{"name": "demo", "namespace": "team"}})
	obj, err := c.Find(t.Context(), kube.Kinds(), "", "demo")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if seen, ok, err := c.WaitAccepted(ctx, obj); ok || err != nil || seen != "no controller has written a status" {
		t.Errorf("%q %v %v", seen, ok, err)
	}
	if err := c.Delete(t.Context(), obj, false); err != nil {
		t.Fatal(err)
	}
	if seen, ok, err := c.WaitAccepted(t.Context(), obj); ok || err != nil || seen != "it was deleted meanwhile" {
		t.Errorf("%q %v %v", seen, ok, err)
	}
}
