package wasmplugin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

func attached(name, gateway string, phase wasmplugin.Phase) wasmplugin.Plugin {
	return wasmplugin.Plugin{Kind: wasmplugin.Istio, Namespace: "team", Name: name, URL: "oci://r.example/" + name + ":1", Phase: phase, FailStrategy: wasmplugin.FailOpen,
		TargetRefs: []wasmplugin.TargetRef{{Group: "gateway.networking.k8s.io", Kind: "Gateway", Name: gateway}}}
}

// TestOnePolicyForATarget: Envoy Gateway takes one policy for a target, whose list
// has the order; what it was made of can be had back, in order.
func TestOnePolicyForATarget(t *testing.T) {
	text, warnings, err := wasmplugin.WriteAll([]wasmplugin.Plugin{
		attached("last", "one", wasmplugin.Unspecified), attached("alone", "two", wasmplugin.Stats), attached("first", "one", wasmplugin.Authn),
	}, wasmplugin.EnvoyGateway)
	if err != nil || len(warnings) != 2 || !strings.Contains(warnings[0].Text, "the list has their order") {
		t.Fatalf("%v %v", err, warnings)
	}
	ps, err := wasmplugin.Parse("p.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var got []string
	for _, p := range ps {
		got = append(got, p.ID()+" "+p.EntryName)
	}
	if want := []string{"envoy-gateway team/first first", "envoy-gateway team/first#1 last", "envoy-gateway team/alone "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	back, _, err := wasmplugin.WriteAll(ps, wasmplugin.Istio)
	if err != nil {
		t.Fatal(err)
	}
	again, err := wasmplugin.Parse("b.yaml", back)
	if err != nil {
		t.Fatalf("%v\n%s", err, back)
	}
	wasmplugin.Order(again)
	if got := names(again); !slices.Equal(got, []string{"first", "first-1", "alone"}) {
		t.Errorf("as Istio's resources: %q\n%s", got, back)
	}
}

// TestWriteAllFails: one that can't be written is an error for all.
func TestWriteAllFails(t *testing.T) {
	bad := attached("bad", "one", "")
	bad.TargetRefs = nil
	text, _, err := wasmplugin.WriteAll([]wasmplugin.Plugin{attached("good", "one", ""), bad}, wasmplugin.EnvoyGateway)
	if err == nil || text != nil {
		t.Errorf("%v\n%s", err, text)
	}
	var many []wasmplugin.Plugin
	for i := range 17 {
		many = append(many, attached("p"+string(rune('a'+i)), "one", ""))
	}
	if _, _, err := wasmplugin.WriteAll(many, wasmplugin.EnvoyGateway); err == nil || !strings.Contains(err.Error(), "17 plugins for one target") {
		t.Error(err)
	}
	many[1].EntryName = many[0].Name
	if _, _, err := wasmplugin.WriteAll(many[:2], wasmplugin.EnvoyGateway); err == nil || !strings.Contains(err.Error(), "two plugins of the policy") {
		t.Error(err)
	}
}
