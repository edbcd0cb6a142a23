package xds

import (
	"fmt"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/types/known/structpb"
)

// TestOtherNamesAfterRefusal: a node that has refused an answer, and asks for one
// more name, repeats the nonce. It has not taken the version.
func TestOtherNamesAfterRefusal(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1", "b", "b1")})
	n := p.node()
	n.ask(Extensions, "", "", "", "a")
	good := n.get()
	n.ask(Extensions, good.VersionInfo, good.Nonce, "", "a")
	p.want(Wanted{Extensions: made(t, "a", "a2", "b", "b1")})
	bad := n.get()
	n.wantValues(bad, "a2")
	n.ask(Extensions, good.VersionInfo, bad.Nonce, "no good", "a")
	n.ask(Extensions, good.VersionInfo, bad.Nonce, "", "a", "b")
	n.wantValues(n.get(), "b1")
	got := p.s.Nodes()[0].Resources[0]
	if got.State != Denied || got.Reason != "no good" || got.Running == got.Wanted {
		t.Errorf("status %+v", got)
	}
	accepted := p.told(func(e Event) bool { _, ok := e.(Accepted); return ok })
	if len(accepted) != 1 {
		t.Errorf("accepted %+v, want the first version of a alone", accepted)
	}
}

// TestStar: "*" is another way to ask for all.
func TestStar(t *testing.T) {
	p := newPlan(t, Wanted{Listeners: made(t, "x", "x1", "y", "y1")})
	n := p.node()
	n.ask(Listeners, "", "", "", "*")
	n.wantValues(n.get(), "x1", "y1")
}

// TestOtherTypes: types of which there is nothing get no answer and cost nothing.
func TestOtherTypes(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1")})
	n := p.node()
	for i := range 100 {
		n.ask(Type(fmt.Sprint("type.googleapis.com/other", i)), "", "", "", "a")
	}
	n.ask(Extensions, "", "", "", "a")
	n.wantValues(n.get(), "a1")
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for st := range p.s.streams {
		if len(st.subs) != 1 {
			t.Errorf("%d types are kept", len(st.subs))
		}
	}
}

// TestTooManyNames: a stream that asks for more than any Envoy does is ended.
func TestTooManyNames(t *testing.T) {
	p := newPlan(t, nil)
	n := p.node()
	names := make([]string, maxNames+1)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	n.ask(Extensions, "", "", "", names...)
	eventually(t, "the end of the stream", func() bool {
		s := p.s.Nodes()
		return len(s) == 1 && !s[0].Connected
	})
}

// TestNodeIsBounded: what is kept of a node's description has a bound.
func TestNodeIsBounded(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	fields := map[string]any{"k": "v", long: "v", "long": long, "number": 1.0}
	for i := range 1000 {
		fields[fmt.Sprintf("n%04d", i)] = "v"
	}
	labels, err := structpb.NewStruct(fields)
	if err != nil {
		t.Fatal(err)
	}
	n := nodeOf(&corev3.Node{Id: long, Cluster: long, Metadata: &structpb.Struct{Fields: map[string]*structpb.Value{
		"LABELS": structpb.NewStructValue(labels), "NAMESPACE": structpb.NewStringValue(long),
	}}})
	size := len(n.ID) + len(n.Cluster) + len(n.Namespace)
	for key, value := range n.Labels {
		size += len(key) + len(value)
	}
	if size > 10_000 || n.Labels["k"] != "v" || len(n.Labels) != maxLabels {
		t.Errorf("%d bytes, %d labels", size, len(n.Labels))
	}
}
