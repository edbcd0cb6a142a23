package trace_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deliver/trace"
	"github.com/sluiceproxy/sluice/deploy/kube/kubetest"
)

// istio is a lab whose control plane is istiod, as Istio 1.31 answered; the object
// and istiod's answers are for a test to break.
type istio struct {
	*lab
	api          *kubetest.Server
	syncz, ecdsz string
	code         int
}

const objectPath = "extensions.istio.io/v1alpha1/namespaces/istio-system/wasmplugins/hello"

func newIstio(t *testing.T) *istio {
	l := &istio{lab: newLab(t), api: kubetest.New(t)}
	read := func(name string) string {
		text, err := os.ReadFile("../../deploy/kube/testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	l.syncz, l.ecdsz = read("syncz"), strings.Replace(read("ecdsz"), "istio-system.demo", "istio-system.hello", 1)
	l.object("oci://" + l.image[:strings.LastIndexByte(l.image, ':')] + "@" + l.manifest)
	version := l.api.Object(objectPath)["metadata"].(map[string]any)["resourceVersion"].(string)
	l.change(&l.ecdsz, `"4711"`, `"`+version+`"`)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.code != 0 {
			w.WriteHeader(l.code)
		}
		fmt.Fprint(w, map[string]string{"/debug/syncz": l.syncz, "/debug/ecdsz": l.ecdsz}[r.URL.Path])
	}))
	t.Cleanup(s.Close)
	l.o.Kube = &trace.Kube{Kubeconfig: kubetest.Kubeconfig(t, []string{"eu"}, l.api.URL), Istiod: s.URL}
	l.change(&l.dump, `"istio-system.hello"`, `"extensions.istio.io/wasmplugin/istio-system.hello"`)
	l.stats = "listener_manager.total_listeners_active: 2\nwasm.envoy.wasm.runtime.v8.active: 3\n" // Istio's Envoy hides the others
	return l
}

func (l *istio) object(url string) {
	l.api.Put(objectPath, "sluice", map[string]any{"apiVersion": "extensions.istio.io/v1alpha1", "kind": "WasmPlugin",
		"metadata": map[string]any{"name": "hello", "namespace": "istio-system"}, "spec": map[string]any{"url": url, "pluginConfig": map[string]any{"token": "hunter2"}}})
}

func TestIstio(t *testing.T) {
	l := newIstio(t)
	steps := l.look()
	rest(t, steps, "reload")
	want(t, steps, "resource", trace.OK, "generation 1")
	want(t, steps, "resource", trace.OK, l.manifest+", as the registry has")
	want(t, steps, "watch", trace.OK, "for 1 of 1 connected proxies")
	want(t, steps, "deliver", trace.OK, "gw-0.istio-system acknowledged 2026-11-22T00:00:12Z/3c713d884")
	want(t, steps, "reload", trace.Unknown, "--watch")
	l.o.EnvoyAdmin = ""
	steps = l.look()
	for _, name := range strings.Fields("pull extract configure load reload") {
		want(t, steps, name, trace.Unknown, "--envoy-admin")
	}
}

func TestIstioFaults(t *testing.T) {
	const ecds = `"type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig": {`
	for _, f := range []struct {
		name  string
		do    func(l *istio)
		step  string
		text  string
		while string
	}{
		{"no cluster", func(l *istio) { l.api.Close() }, "resource", "--kubeconfig", "watch deliver"},
		{"no such context", func(l *istio) { l.o.Kube.Context = "us" }, "resource", `there is no context "us"`, "watch deliver"},
		{"no object", func(l *istio) { l.o.Kube.Namespace = ""; l.url("oci://"+l.image, ""); l.rename() }, "resource", "sluice apply -f", "watch deliver pull extract configure load"},
		{"another image", func(l *istio) { l.object("oci://registry.example/other:1") }, "resource", "the cluster has oci://registry.example/other:1", "watch"},
		{"another digest", func(l *istio) {
			l.object("oci://" + l.image[:strings.LastIndexByte(l.image, ':')] + "@sha256:" + oldSHA)
		}, "resource", "and the registry has " + "sha256:", "watch"},
		{"istiod has an older version", func(l *istio) { l.object("oci://" + l.image) }, "watch", "another version than", ""},
		{"another selector", func(l *istio) { l.change(&l.ecdsz, "istio-system.hello", "istio-system.other") }, "watch", "none of 1 connected proxies", "deliver"},
		{"istiod is down", func(l *istio) { l.o.Kube.Istiod = "127.0.0.1:1" }, "watch", "15014", "deliver"},
		{"istiod refuses", func(l *istio) { l.code = http.StatusUnauthorized }, "watch", "401", "deliver"},
		{"Envoy refused it", func(l *istio) { l.change(&l.syncz, ecds, ecds+`"lastError": "Unable to create Wasm plugin",`) }, "deliver", "Unable to create Wasm plugin", ""},
		{"the agent could not pull", func(l *istio) { l.change(&l.dump, "http.wasm.v3.Wasm", "http.rbac.v3.RBAC") }, "pull", "--pull-again", "extract configure load"},
		{"an old file", func(l *istio) { write(l.t, l.file, stamp(l.t, "VERSION-0000")) }, "extract", "Envoy has another module", "configure"},
		{"no VM", func(l *istio) { l.change(&l.stats, "v8.active: 3", "v8.active: 0") }, "load", "no VM runs", ""},
	} {
		t.Run(f.name, func(t *testing.T) {
			l := newIstio(t)
			f.do(l)
			steps := l.look()
			want(t, steps, f.step, trace.Fail, f.text)
			rest(t, steps, f.step, f.while, "reload")
		})
	}
}

// rename makes the resource another one than the cluster has.
func (l *istio) rename() {
	text, err := os.ReadFile(l.resource)
	if err != nil {
		l.t.Fatal(err)
	}
	write(l.t, l.resource, []byte(strings.Replace(string(text), "name: hello", "name: missing", 1)))
}

// TestIstiodPending: what was sent and not acknowledged is not known yet; without
// --istiod the API server is asked, which has no pod of istiod here.
func TestIstiodPending(t *testing.T) {
	l := newIstio(t)
	l.change(&l.syncz, `"extensionconfig_acked": "`, `"extensionconfig_acked": "older `)
	want(t, l.look(), "deliver", trace.Unknown, "has acknowledged older")
	l.o.Kube.Istiod = ""
	steps := l.look()
	want(t, steps, "watch", trace.Unknown, "--istiod localhost:15014")
	want(t, steps, "deliver", trace.Unknown, "--istiod localhost:15014")
}

// TestEnvoyGateway: the controller's words are in the object.
func TestEnvoyGateway(t *testing.T) {
	l := newIstio(t)
	const path = "gateway.envoyproxy.io/v1alpha1/namespaces/default/envoyextensionpolicies/hello"
	object := func(status string) map[string]any {
		return map[string]any{"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "EnvoyExtensionPolicy", "metadata": map[string]any{"name": "hello", "namespace": "default"},
			"spec": map[string]any{"targetRefs": []any{map[string]any{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "eg"}},
				"wasm": []any{map[string]any{"name": "hello", "code": map[string]any{"type": "Image", "image": map[string]any{"url": l.image}}}}},
			"status": map[string]any{"ancestors": []any{map[string]any{"conditions": []any{map[string]any{"type": "Accepted", "status": status, "message": "no such target"}}}}}}
	}
	write(t, l.resource, []byte("apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyExtensionPolicy\nmetadata: {name: hello, namespace: default}\nspec:\n  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: eg}]\n"+
		"  wasm:\n  - name: hello\n    code: {type: Image, image: {url: "+l.image+"}}\n"))
	l.api.Put(path, "sluice", object("True"))
	steps := l.look()
	want(t, steps, "resource", trace.OK, "EnvoyExtensionPolicy default/hello")
	want(t, steps, "watch", trace.OK, "Accepted=True")
	want(t, steps, "deliver", trace.Unknown, "Envoy Gateway does not tell")
	l.api.Put(path, "sluice", object("False"))
	want(t, l.look(), "watch", trace.Fail, "no such target")
}
