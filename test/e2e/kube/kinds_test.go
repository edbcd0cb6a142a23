package kube

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func testTrafficExtension(t *testing.T, l *lab) {
	digest := l.push(t, "demo:traffic", 1)
	file := l.file(t, "traffic", "demo:traffic", `{content: hello}`)
	l.apply(t, file, "--for", "traffic-extension").want(t, 0, "created", digest)
	o := l.get("/apis/extensions.istio.io/v1alpha1/namespaces/eu/trafficextensions/traffic")
	if o == nil || l.get(istio("eu", "traffic")) != nil {
		t.Fatal("it is not there, or is there as a WasmPlugin")
	}
	l.apply(t, file, "--for", "traffic-extension").want(t, 0, "unchanged")
	l.apply(t, file).want(t, 0, "created")
	l.sluice(t, "history", "traffic").want(t, 1, "say which with --for")
	l.sluice(t, "history", "traffic", "--for", "traffic-extension").want(t, 0, digest)
}

// testHigress applies a resource with a configuration for all and three rules, with
// all fields that Higress has.
func testHigress(t *testing.T, l *lab) {
	digest := l.push(t, "demo:higress", 1)
	file := filepath.Join(t.TempDir(), "higress.yaml")
	write(t, file, fmt.Sprintf(`apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: rules
spec:
  url: %s/demo:higress
  phase: AUTHZ
  priority: 100
  defaultConfig: {content: global}
  matchRules:
  - {ingress: [default/foo], config: {content: foo}}
  - {domain: ["*.example.com"], config: {content: domain}}
  - {service: [bar.default.svc.cluster.local], config: {content: bar}}
`, l.registry))
	l.apply(t, file).want(t, 0, "created", digest)
	path := "/apis/extensions.higress.io/v1alpha1/namespaces/eu/wasmplugins/rules"
	o := l.get(path)
	if o == nil {
		t.Fatal("it is not there")
	}
	rules, _ := o.Spec["matchRules"].([]any)
	if len(rules) != 3 || !reflect.DeepEqual(o.Spec["defaultConfig"], map[string]any{"content": "global"}) {
		t.Errorf("spec %v", o.Spec)
	}
	if url := o.Spec["url"]; url != "oci://"+l.registry+"/demo@"+digest {
		t.Errorf("url %v: it must have a scheme and the digest", url)
	}
	l.apply(t, file).want(t, 0, "unchanged")
	if again := l.get(path); again.Metadata.ResourceVersion != o.Metadata.ResourceVersion {
		t.Error("a no-op has written")
	}
	l.apply(t, file, "--for", "istio").want(t, 0, "created")
	if o := l.get(istio("eu", "rules")); o == nil || !strings.Contains(fmt.Sprint(o.Spec["pluginConfig"]), "_rules_") {
		t.Errorf("as Istio's: %+v", o)
	}
}

func testEnvoyGateway(t *testing.T, l *lab) {
	l.push(t, "demo:gateway", 1)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	write(t, file, fmt.Sprintf(`apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyExtensionPolicy
metadata: {name: policy}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: eg}]
  wasm:
  - name: one
    code: {type: Image, image: {url: %s/demo:gateway}}
    config: {content: hello}
`, l.registry))
	l.apply(t, file).want(t, 1, "does not have this kind", "install Envoy Gateway")
	l.addGatewayCRD(t)
	l.apply(t, file).want(t, 0, "created")
	path := "/apis/gateway.envoyproxy.io/v1alpha1/namespaces/eu/envoyextensionpolicies/policy"
	o := l.get(path)
	l.apply(t, file).want(t, 0, "unchanged")
	if again := l.get(path); again.Metadata.ResourceVersion != o.Metadata.ResourceVersion {
		t.Error("a no-op has written")
	}
	l.apply(t, file, "--wait", "--timeout", "1s").want(t, 1, "not seen to run", "no controller has written a status")
	l.accept(t, path, o.Metadata.Generation, "False")
	l.apply(t, file, "--wait", "--timeout", "10s").want(t, 1, "Accepted=False")
	l.accept(t, path, o.Metadata.Generation, "True")
	l.apply(t, file, "--wait", "--timeout", "10s").want(t, 0, "Accepted=True")
	l.sluice(t, "status", "policy").want(t, 0, "Accepted=True")
}

// accept writes the status that a controller of Envoy Gateway writes.
func (l *lab) accept(t *testing.T, path string, generation int, status string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"status": map[string]any{"ancestors": []any{map[string]any{
		"ancestorRef":    map[string]any{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "eg"},
		"controllerName": "gateway.envoyproxy.io/gatewayclass-controller",
		"conditions": []any{map[string]any{"type": "Accepted", "status": status, "reason": "Test", "message": "said the test",
			"observedGeneration": generation, "lastTransitionTime": "2026-01-01T00:00:00Z"}},
	}}}})
	must(t, err)
	if code, text := l.try(http.MethodPatch, path+"/status", "application/merge-patch+json", body); code != http.StatusOK {
		t.Fatalf("write the status: %d %s", code, text)
	}
}

// testRefused has images that the gateway would not load: a module that needs host
// functions of Higress, and layers that no gateway reads.
func testRefused(t *testing.T, l *lab) {
	dir := t.TempDir()
	wasm := filepath.Join(dir, "redis.wasm")
	l.sluice(t, "build", "../../../plugins/redis-quota", "-o", wasm, "--target", "higress").want(t, 0)
	l.sluice(t, "push", wasm, l.registry+"/demo:redis", "--plain-http", "--for", "higress").want(t, 0)
	l.apply(t, l.file(t, "refused", "demo:redis", `{}`)).want(t, 1, "proxy_redis")

	l.push(t, "layers:good", 1)
	l.images.Lock()
	text := l.images.Manifests["layers/manifests/good"]
	bad := bytes.ReplaceAll(text, []byte("image.layer.v1.tar+gzip"), []byte("image.layer.v1.tar+zstd"))
	sum := fmt.Sprintf("sha256:%x", sha256.Sum256(bad))
	for _, name := range []string{"layers/manifests/bad", "layers/manifests/" + sum} {
		l.images.Manifests[name], l.images.Types[name] = bad, l.images.Types["layers/manifests/good"]
	}
	l.images.Unlock()
	if bytes.Equal(text, bad) {
		t.Fatalf("the layer is not as expected: %s", text)
	}
	l.apply(t, l.file(t, "refused", "layers:bad", `{content: hello}`)).want(t, 1, "zstd")
	if l.get(istio("eu", "refused")) != nil {
		t.Error("it was applied")
	}
}

func testSigned(t *testing.T, l *lab) {
	dir := t.TempDir()
	key := filepath.Join(dir, "sluice")
	l.sluice(t, "keygen", "-o", key, "--no-passphrase").want(t, 0)
	l.push(t, "demo:signed", 1)
	file := l.file(t, "signed", "demo:signed", `{content: hello}`)
	l.apply(t, file, "--key", key+".pub").want(t, 1, "signed")
	if l.get(istio("eu", "signed")) != nil {
		t.Fatal("it was applied without a signature")
	}
	l.sluice(t, "sign", l.registry+"/demo:signed", "--key", key+".key", "--plain-http").want(t, 0)
	l.apply(t, file, "--key", key+".pub").want(t, 0, "created")
	// A rollback is judged again: with a key, a registry that is down is no excuse.
	l.apply(t, l.file(t, "signed", "demo:signed", `{content: bye}`), "--key", key+".pub").want(t, 0)
	l.images.BreakWith(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return true
	})
	defer l.images.BreakWith(nil)
	l.sluice(t, "rollback", "signed", "--plain-http", "--key", key+".pub", "--store", t.TempDir()).want(t, 1, "nothing was changed")
}
