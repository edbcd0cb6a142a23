package chain

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Stack is a chain from the registry to Envoy.
type Stack struct {
	*User
	Registry *Registry
	Control  Control
	Gateway  *Gateway

	t testing.TB
}

// StartStack starts a registry, and a gateway below a control plane that runs.
// Behind the gateway is a server that answers every request with 200.
func StartStack(t testing.TB, control Control, env ...string) *Stack {
	t.Helper()
	s := &Stack{User: NewUser(t), t: t, Control: control, Registry: StartRegistry(t, "")}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "upstream") }))
	t.Cleanup(upstream.Close)
	s.Gateway = StartGateway(t, control, env...)
	s.Apply(s.Gateway.Routes(upstream.Listener.Addr().(*net.TCPAddr).Port))
	s.Gateway.WaitHTTP(s.Gateway.URL("/"), 30*time.Second, nil)
	return s
}

// Image returns the name of an image in the stack's registry, without a tag. Its
// modules are forgotten at the end.
func (s *Stack) Image(name string) string {
	image := s.Registry.Host + "/" + name
	s.Gateway.Forget("oci://" + image)
	return image
}

// Apply applies resources that must be taken.
func (s *Stack) Apply(yaml string) {
	s.t.Helper()
	if err := s.Control.Apply(yaml); err != nil {
		s.t.Fatalf("apply: %v\n%s", err, yaml)
	}
}

// Delete removes resources.
func (s *Stack) Delete(yaml string) {
	s.t.Helper()
	if err := s.Control.Delete(yaml); err != nil {
		s.t.Fatalf("delete: %v\n%s", err, yaml)
	}
}

// WasmPlugin returns one for the gateway. more replaces what it has by default,
// and nil takes it out.
func WasmPlugin(name, url string, config map[string]any, more map[string]any) string {
	spec := map[string]any{
		"selector": map[string]any{"matchLabels": map[string]any{"istio": "ingressgateway"}},
		"url":      url, "pluginConfig": config,
	}
	for key, value := range more {
		if spec[key] = value; value == nil {
			delete(spec, key)
		}
	}
	return Resource("extensions.istio.io/v1alpha1", "WasmPlugin", Namespace, name, spec)
}

// WaitLabel waits until an answer says that what calls itself label has served
// it.
func (s *Stack) WaitLabel(label string, timeout time.Duration) {
	s.t.Helper()
	s.Gateway.WaitHTTP(s.Gateway.URL("/"), timeout, func(r harness.Reply) bool {
		return r.Status == http.StatusOK && r.Header.Get(tag) == label
	})
}
