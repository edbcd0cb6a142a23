package serve

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// envoy asks for one plugin.
type envoy struct {
	t       *testing.T
	g       discoveryv3.AggregatedDiscoveryService_StreamAggregatedResourcesClient
	in      chan *discoveryv3.DiscoveryResponse
	version string
	end     context.CancelFunc
}

func (r *running) envoy(id string) *envoy {
	r.t.Helper()
	conn, err := grpc.NewClient(wait[Ready](r, func(Ready) bool { return true }).XDS, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.t.Cleanup(func() { cancel(); conn.Close() })
	g, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).StreamAggregatedResources(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	e := &envoy{t: r.t, g: g, in: make(chan *discoveryv3.DiscoveryResponse, 10), end: cancel}
	go func() {
		for {
			m, err := g.Recv()
			if err != nil {
				return
			}
			e.in <- m
		}
	}()
	e.send(&discoveryv3.DiscoveryRequest{Node: &corev3.Node{Id: id, UserAgentVersionType: &corev3.Node_UserAgentBuildVersion{
		UserAgentBuildVersion: &corev3.BuildVersion{Version: &typev3.SemanticVersion{MajorNumber: 1, MinorNumber: 40}},
	}}})
	return e
}

func (e *envoy) send(r *discoveryv3.DiscoveryRequest) {
	e.t.Helper()
	r.TypeUrl, r.ResourceNames, r.VersionInfo = xdsExtensions, []string{"web.x"}, e.version
	if err := e.g.Send(r); err != nil {
		e.t.Fatal(err)
	}
}

const xdsExtensions = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig"

// takes waits for an answer with a text in it and accepts it, or refuses it for a
// reason.
func (e *envoy) takes(text, why string) {
	e.t.Helper()
	select {
	case r := <-e.in:
		if !strings.Contains(string(r.Resources[0].Value), text) {
			e.t.Fatalf("got something without %s", text)
		}
		answer := &discoveryv3.DiscoveryRequest{ResponseNonce: r.Nonce}
		if why == "" {
			e.version = r.VersionInfo
		} else {
			answer.ErrorDetail = &rpcstatus.Status{Code: 3, Message: why}
		}
		e.send(answer)
	case <-time.After(10 * time.Second):
		e.t.Fatalf("no answer with %s", text)
	}
}

func (e *envoy) none() {
	e.t.Helper()
	select {
	case r := <-e.in:
		e.t.Errorf("got %.300q", r.String())
	case <-time.After(300 * time.Millisecond):
	}
}

// TestOneRefuses: what one Envoy runs is not taken away from it because another one
// of the same version refuses it. That one gets what was good when it comes back.
func TestOneRefuses(t *testing.T) {
	dir := t.TempDir()
	file := put(t, t.TempDir(), "x.wasm", string(module(t)))
	resource := func(v string) string {
		return strings.Replace(plugin("x", "  pluginConfig: {v: "+v+"}\n"), "oci://registry.example/x:1", "file://"+file, 1)
	}
	put(t, dir, "x.yaml", resource("one"))
	r := begin(t, dir, Options{State: filepath.Join(t.TempDir(), "state")})
	good, odd := r.envoy("good"), r.envoy("odd")
	good.takes("one", "")
	odd.takes("one", "")
	put(t, dir, "x.yaml", resource("two"))
	good.takes("two", "")
	wait(r, func(e Reloaded) bool { return e.Node == "good" && e.Took > 0 })
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		s, err := FetchStatus(context.Background(), r.admin)
		if err == nil && len(s.Nodes) == 2 && s.Nodes[0].Plugins[0].Running == s.Nodes[0].Plugins[0].Wanted && s.Plugins[0].Wanted.Version == s.Nodes[0].Plugins[0].Running {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("status %+v, %v", s, err)
		}
	}
	odd.takes("two", "no such file")
	wait(r, func(e Refused) bool { return e.Node == "odd" })
	good.none()
	odd.none()
	odd.end()
	again := r.envoy("odd")
	again.takes("one", "")
	good.none()
}
