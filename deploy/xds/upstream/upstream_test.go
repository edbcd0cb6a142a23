package upstream

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	matcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	compositev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/composite/v3"
	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

var sum = strings.Repeat("0a", 32)

func packed(t testing.TB, m proto.Message) *anypb.Any {
	t.Helper()
	a, err := anypb.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func plugin(t testing.TB, code *corev3.AsyncDataSource, fail wasmplugin.FailStrategy) xds.Resource {
	t.Helper()
	r, err := xds.Plugin{Name: "p", Code: code, Fail: fail}.Resource()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func reference(t testing.TB) *corev3.AsyncDataSource {
	t.Helper()
	code, err := remote.Reference{URL: "oci://r.example/p@sha256:" + sum, SHA256: sum}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// chosen is a filter that has the plugin inside another one, which chooses it.
func chosen(t testing.TB, inner xds.Resource) xds.Resource {
	t.Helper()
	var e corev3.TypedExtensionConfig
	if err := inner.Body.UnmarshalTo(&e); err != nil {
		t.Fatal(err)
	}
	action := &compositev3.ExecuteFilterAction{TypedConfig: &e}
	match := &matchingv3.ExtensionWithMatcher{
		ExtensionConfig: &corev3.TypedExtensionConfig{Name: "composite", TypedConfig: packed(t, &compositev3.Composite{})},
		XdsMatcher: &matcherv3.Matcher{OnNoMatch: &matcherv3.Matcher_OnMatch{OnMatch: &matcherv3.Matcher_OnMatch_Action{
			Action: &xdscorev3.TypedExtensionConfig{Name: "run", TypedConfig: packed(t, action)},
		}}},
	}
	r, err := xds.NewResource("p", &corev3.TypedExtensionConfig{Name: "p", TypedConfig: packed(t, match)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLocalize: the code of a plugin becomes a file, wherever the plugin is; all else
// stays as it came.
func TestLocalize(t *testing.T) {
	for name, c := range map[string]struct {
		r      xds.Resource
		ref    bool
		inline string
	}{
		"reference": {r: plugin(t, reference(t), ""), ref: true},
		"inline":    {r: plugin(t, remote.Inline([]byte("code")), ""), inline: "code"},
		"file":      {r: plugin(t, remote.Local("/etc/x.wasm"), "")},
		"composite": {r: chosen(t, plugin(t, reference(t), "")), ref: true},
	} {
		before := proto.CloneOf(c.r.Body)
		calls := 0
		out, err := Localize(c.r, func(code Code) (string, error) {
			calls++
			if (code.Reference != nil) != c.ref || string(code.Inline) != c.inline || code.Plugin != "p" {
				t.Errorf("%s: %+v", name, code)
			}
			return "/modules/x.wasm", nil
		})
		if err != nil || calls != 1 {
			t.Fatalf("%s: %d calls, %v", name, calls, err)
		}
		if !proto.Equal(before, c.r.Body) {
			t.Errorf("%s: the resource has changed", name)
		}
		again, err := Localize(out, func(code Code) (string, error) {
			if code.Reference != nil || code.Inline != nil {
				t.Errorf("%s: still %+v", name, code)
			}
			return "", nil
		})
		if err != nil || again.Version != out.Version || out.Version == c.r.Version {
			t.Errorf("%s: versions %s, %s, %v", name, out.Version, again.Version, err)
		}
	}
}

// TestLocalizeFails: the error of the module is the resource's.
func TestLocalizeFails(t *testing.T) {
	gone := errors.New("gone")
	if _, err := Localize(chosen(t, plugin(t, reference(t), "")), func(Code) (string, error) { return "", gone }); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	bad := reference(t)
	bad.GetRemote().Sha256 = "short"
	if _, err := Localize(plugin(t, bad, ""), nil); !errors.Is(err, remote.ErrReference) {
		t.Errorf("got %v", err)
	}
	broken := xds.Resource{Name: "p", Body: &anypb.Any{TypeUrl: remote.WasmType, Value: []byte{0xff}}}
	if _, err := Localize(broken, nil); !errors.Is(err, ErrResource) {
		t.Errorf("got %v", err)
	}
	empty := xds.Resource{Name: "p", Body: packed(t, &wasmfilterv3.Wasm{})}
	if _, err := Localize(empty, nil); !errors.Is(err, ErrResource) {
		t.Errorf("got %v", err)
	}
	unknown := xds.Resource{Name: "p", Body: &anypb.Any{TypeUrl: "type.googleapis.com/none.such", Value: []byte("x")}}
	if out, err := Localize(unknown, nil); err != nil || !proto.Equal(out.Body, unknown.Body) {
		t.Errorf("got %v, %v", out, err)
	}
}

// TestStandIn: a filter denies or lets pass, as the plugin's failure policy says.
func TestStandIn(t *testing.T) {
	for fail, open := range map[wasmplugin.FailStrategy]bool{wasmplugin.FailOpen: true, wasmplugin.FailClose: false, wasmplugin.FailReload: false} {
		out, isOpen, err := StandIn(plugin(t, reference(t), fail))
		if err != nil || isOpen != open {
			t.Fatalf("%s: open %t, %v", fail, isOpen, err)
		}
		var e corev3.TypedExtensionConfig
		var filter rbacv3.RBAC
		if err := errors.Join(out.Body.UnmarshalTo(&e), e.TypedConfig.UnmarshalTo(&filter)); err != nil || (filter.Rules == nil) != open {
			t.Errorf("%s: %v, %v", fail, &filter, err)
		}
		if _, inside, err := StandIn(chosen(t, plugin(t, reference(t), fail))); err != nil || inside != open {
			t.Errorf("%s, inside another: %v", fail, err)
		}
	}
	r, err := xds.NewResource("c", &corev3.Node{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := StandIn(r); !errors.Is(err, ErrResource) {
		t.Errorf("nothing to stand in for: %v", err)
	}
}

// TestStream: a stream and a server of package xds understand each other, and the
// tap sees what is asked for.
func TestStream(t *testing.T) {
	first, second := plugin(t, reference(t), ""), plugin(t, remote.Local("/x"), "")
	var mu sync.Mutex
	want := first
	var asked []Asked
	events := make(chan xds.Event, 100)
	s := xds.New(xds.Options{
		Want: func(n xds.Node) xds.Wanted {
			mu.Lock()
			defer mu.Unlock()
			if !n.Agent {
				return nil
			}
			return xds.Wanted{xds.Extensions: {want}}
		},
		OnEvent: func(e xds.Event) { events <- e },
	})
	g := grpc.NewServer(grpc.StreamInterceptor(Tap(func(a Asked) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, a)
	})))
	s.Register(g)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = g.Serve(l) }()
	defer g.Stop()
	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	stream, err := Open(ctx, conn, Node{&corev3.Node{Id: "n"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Subscribe(xds.Extensions, []string{"p", "q"}, nil, nil); err != nil {
		t.Fatal(err)
	}
	u, err := stream.Recv()
	if err != nil || u.Type != xds.Extensions || len(u.Resources) != 1 || u.Resources[0].Version != first.Version {
		t.Fatalf("%+v, %v", u, err)
	}
	_ = stream.Answer(u.Type, u.Nonce, map[string]string{"p": remote.Passing("wait")})
	expect[xds.Refused](t, events)
	_ = stream.Answer(u.Type, u.Nonce, nil)
	expect[xds.Accepted](t, events)
	mu.Lock()
	want = second
	mu.Unlock()
	s.Changed()
	if u, err = stream.Recv(); err != nil || u.Resources[0].Version != second.Version {
		t.Fatalf("%+v, %v", u, err)
	}
	_ = stream.Answer(u.Type, u.Nonce, nil)
	expect[xds.Accepted](t, events)
	_ = stream.Subscribe(xds.Extensions, []string{"p"}, []string{"q"}, nil) // asks again
	if u, err = stream.Recv(); err != nil || u.Resources[0].Name != "p" {
		t.Fatalf("%+v, %v", u, err)
	}
	cancel()
	expect[xds.Disconnected](t, events)
	end := time.Now().Add(10 * time.Second)
	for {
		mu.Lock()
		got := slices.Clone(asked)
		mu.Unlock()
		if len(got) == 3 && slices.Equal(got[0].Names, []string{"p", "q"}) && slices.Equal(got[1].Names, []string{"p"}) && got[2].Gone && got[0].Node.ID() == "n" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("asked %+v", got)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// expect waits for an event of a kind.
func expect[E xds.Event](t *testing.T, events <-chan xds.Event) {
	t.Helper()
	for {
		select {
		case e := <-events:
			if _, ok := e.(E); ok {
				return
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("no %T", *new(E))
		}
	}
}

// TestTap: what is asked for, request by request, in both forms of the protocol.
func TestTap(t *testing.T) {
	var last *Asked
	tap := func() *tapped {
		return &tapped{tell: func(a Asked) { last = &a }, service: xds.Listeners, node: &corev3.Node{Id: "n"}, asked: map[xds.Type]*wish{}}
	}
	for i, c := range []struct {
		requests []proto.Message
		all      bool
		names    []string
		silent   bool // the last of them changes nothing
	}{
		{requests: []proto.Message{&discoveryv3.DiscoveryRequest{}}, all: true},
		{requests: []proto.Message{&discoveryv3.DiscoveryRequest{}, &discoveryv3.DiscoveryRequest{VersionInfo: "1"}}, all: true, silent: true},
		{requests: []proto.Message{&discoveryv3.DiscoveryRequest{ResourceNames: []string{"b", "a"}}}, names: []string{"a", "b"}},
		{requests: []proto.Message{&discoveryv3.DiscoveryRequest{ResourceNames: []string{"a"}}, &discoveryv3.DiscoveryRequest{}}},
		{requests: []proto.Message{&discoveryv3.DiscoveryRequest{ResourceNames: []string{"*", "a"}}}, all: true, names: []string{"a"}},
		{requests: []proto.Message{&discoveryv3.DiscoveryRequest{TypeUrl: string(xds.Extensions)}}},
		{requests: []proto.Message{&discoveryv3.DeltaDiscoveryRequest{}}, all: true},
		{requests: []proto.Message{&discoveryv3.DeltaDiscoveryRequest{ResourceNamesSubscribe: []string{"*"}}, &discoveryv3.DeltaDiscoveryRequest{ResourceNamesUnsubscribe: []string{"*"}}}},
		{requests: []proto.Message{&discoveryv3.DeltaDiscoveryRequest{ResourceNamesSubscribe: []string{"b", "a"}}, &discoveryv3.DeltaDiscoveryRequest{ResourceNamesUnsubscribe: []string{"b"}}}, names: []string{"a"}},
		{requests: []proto.Message{&discoveryv3.DeltaDiscoveryRequest{ResourceNamesSubscribe: []string{"a"}}, &discoveryv3.DeltaDiscoveryRequest{ResponseNonce: "1"}}, names: []string{"a"}, silent: true},
	} {
		tapped := tap()
		for _, r := range c.requests {
			before := last
			switch r := r.(type) {
			case *discoveryv3.DiscoveryRequest:
				tapped.whole(r)
			case *discoveryv3.DeltaDiscoveryRequest:
				tapped.delta(r)
			}
			if r == c.requests[len(c.requests)-1] && c.silent != (before == last) {
				t.Errorf("%d: told again: %t", i, before != last)
			}
		}
		if last.All != c.all || !slices.Equal(last.Names, c.names) {
			t.Errorf("%d: %+v", i, last)
		}
	}
}

// FuzzLocalize: whatever a control plane sends, the walk ends, and what it returns
// can be read.
func FuzzLocalize(f *testing.F) {
	for _, r := range []xds.Resource{plugin(f, reference(f), ""), chosen(f, plugin(f, remote.Inline([]byte("x")), ""))} {
		f.Add(r.Body.TypeUrl, r.Body.Value)
	}
	f.Fuzz(func(t *testing.T, url string, value []byte) {
		r := xds.Resource{Name: "p", Body: &anypb.Any{TypeUrl: url, Value: value}}
		out, err := Localize(r, func(Code) (string, error) { return "/x", nil })
		if err == nil && out.Version == "" {
			t.Error("no version")
		}
		_, _, _ = StandIn(r)
	})
}
