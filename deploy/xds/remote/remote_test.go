package remote_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

var sum = strings.Repeat("0a", 32)

// TestReference: what is written is read again, and Envoy would take it for a valid
// message.
func TestReference(t *testing.T) {
	for _, url := range []string{"oci://registry.example/team/plugin@sha256:" + sum, "https://files.example/p.wasm?x=1", "http://127.0.0.1:80/p"} {
		want := remote.Reference{URL: url, SHA256: sum}
		code, err := want.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := code.ValidateAll(); err != nil {
			t.Error(err)
		}
		got, ok, err := remote.Decode(code)
		if err != nil || !ok || got != want {
			t.Errorf("got %v, %t, %v", got, ok, err)
		}
	}
}

// TestBadReference: one that could mean several modules, or none, is refused on both
// sides.
func TestBadReference(t *testing.T) {
	for _, r := range []remote.Reference{
		{}, {URL: "oci://r.example/p:1", SHA256: sum}, {URL: "oci://r.example/p@sha256:x", SHA256: "0A"}, {URL: "oci://r.example/p@sha256:x", SHA256: strings.ToUpper(sum)},
		{URL: "file:///p", SHA256: sum}, {URL: "https://", SHA256: sum}, {URL: "https://%zz/", SHA256: sum}, {URL: "p", SHA256: sum},
	} {
		if _, err := r.Encode(); !errors.Is(err, remote.ErrReference) {
			t.Errorf("%+v: %v", r, err)
		}
		code := &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Remote{Remote: &corev3.RemoteDataSource{
			HttpUri: &corev3.HttpUri{Uri: r.URL, HttpUpstreamType: &corev3.HttpUri_Cluster{Cluster: remote.Cluster}}, Sha256: r.SHA256,
		}}}
		if _, ok, err := remote.Decode(code); !ok || !errors.Is(err, remote.ErrReference) {
			t.Errorf("%+v: %t, %v", r, ok, err)
		}
	}
	for _, code := range []*corev3.AsyncDataSource{nil, {}, remote.Inline([]byte("x")), remote.Local("/x"), {Specifier: &corev3.AsyncDataSource_Remote{}}} {
		if r, ok, err := remote.Decode(code); ok || err != nil {
			t.Errorf("%v: %v, %v", code, r, err)
		}
	}
}

// TestNode: the mark is added to what the node says of itself, which stays.
func TestNode(t *testing.T) {
	n := &corev3.Node{Id: "a", Metadata: &structpb.Struct{Fields: map[string]*structpb.Value{"NAMESPACE": structpb.NewStringValue("x")}}}
	for _, n := range []*corev3.Node{nil, {}, n, {Metadata: &structpb.Struct{}}} {
		if remote.HasAgent(n) {
			t.Errorf("%v has an agent", n)
		}
		if marked := remote.WithAgent(n); !remote.HasAgent(marked) || marked.GetId() != n.GetId() || remote.HasAgent(n) {
			t.Errorf("%v became %v", n, marked)
		}
	}
	if remote.WithAgent(n).Metadata.Fields["NAMESPACE"].GetStringValue() != "x" {
		t.Error("the metadata is lost")
	}
	n.Metadata.Fields[remote.MetadataKey] = structpb.NewStringValue("true")
	if remote.HasAgent(n) {
		t.Error("a text is no mark")
	}
}

// TestFailures: reasons are read again by resource, and a person reads them too.
func TestFailures(t *testing.T) {
	want := map[string]string{"default.a": "bad", "default.b": remote.Passing("no registry"), "odd": "\xff"}
	var r discoveryv3.DeltaDiscoveryRequest
	remote.Refuse(&r, want)
	want["odd"] = "\uFFFD"
	if got := remote.Failures(r.ErrorDetail); !maps.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if !strings.HasPrefix(r.ErrorDetail.Message, "default.a: bad\ndefault.b: not loaded") {
		t.Errorf("message %q", r.ErrorDetail.Message)
	}
	if remote.IsPassing(want["default.a"]) || !remote.IsPassing(want["default.b"]) {
		t.Error("which of them passes?")
	}
	remote.Refuse(&r, map[string]string{"long": strings.Repeat("x", 1<<20)})
	if n := len(remote.Failures(r.ErrorDetail)["long"]); n > 5000 {
		t.Errorf("a reason of %d bytes", n)
	}
	if remote.Refuse(&r, nil); r.ErrorDetail != nil || len(remote.Failures(r.ErrorDetail)) > 0 {
		t.Error("nothing is refused, and there is an error")
	}
}

// ExampleReference is what a control plane sends to an Envoy with an agent.
func ExampleReference() {
	code, err := remote.Reference{URL: "oci://registry.example/team/plugin@sha256:" + sum, SHA256: sum}.Encode()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(code.GetRemote().GetHttpUri().GetCluster())
	// Output: sluice-agent
}

// FuzzDecode: whatever a control plane sends, there is an answer.
func FuzzDecode(f *testing.F) {
	f.Add("oci://r.example/p@sha256:"+sum, sum)
	f.Add("https://x/y", "zz")
	f.Fuzz(func(t *testing.T, url, sha string) {
		code := &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Remote{Remote: &corev3.RemoteDataSource{
			HttpUri: &corev3.HttpUri{Uri: url, HttpUpstreamType: &corev3.HttpUri_Cluster{Cluster: remote.Cluster}}, Sha256: sha,
		}}}
		r, ok, err := remote.Decode(code)
		if !ok {
			t.Error("not for an agent")
		}
		if err == nil {
			if _, err := r.Encode(); err != nil {
				t.Error(err)
			}
		}
	})
}
