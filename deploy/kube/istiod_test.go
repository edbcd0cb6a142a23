package kube_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// istiod answers what Istio 1.31 did with one gateway and one plugin; the
// resourceVersion in it is "4711".
func istiod(t *testing.T, change func(path, text string) (int, string)) *kube.View {
	t.Helper()
	s := httptest.NewServer(debug(change))
	t.Cleanup(s.Close)
	return kube.ViewAt(strings.TrimPrefix(s.URL, "http://"))
}

func debug(change func(path, text string) (int, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		file := strings.TrimPrefix(r.URL.Path, "/debug/")
		if file == "ecdsz" && r.URL.Query().Get("proxyID") != "gw-0.istio-system" {
			http.Error(w, "Proxy not connected to this Pilot instance.", http.StatusNotFound)
			return
		}
		text, err := os.ReadFile("testdata/" + file + ".json")
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		code, changed := http.StatusOK, string(text)
		if change != nil {
			code, changed = change(file, changed)
		}
		w.WriteHeader(code)
		fmt.Fprint(w, changed)
	}
}

// TestViewThroughTheAPIServer has a pod of istiod, and another that is none.
func TestViewThroughTheAPIServer(t *testing.T) {
	c, s := open(t)
	refuse := false
	s.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		const pods = "/api/v1/namespaces/istio-system/pods"
		rest, ok := strings.CutPrefix(r.URL.Path, "/api/v1/namespaces/")
		switch {
		case !ok:
			return false
		case r.URL.Path == pods && r.URL.Query().Get("labelSelector") == "app=istiod":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1","items":[{"kind":"Pod","apiVersion":"v1","metadata":{"name":"istiod-1","namespace":"istio-system"}}]}`)
		case strings.HasSuffix(rest, "/pods"):
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1","items":[]}`)
		case refuse:
			w.WriteHeader(http.StatusUnauthorized)
		default:
			http.StripPrefix(pods+"/istiod-1:15014/proxy", debug(nil)).ServeHTTP(w, r)
		}
		return true
	})
	v, err := c.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := distribution(t, v, version(t, "4711"), nil); !d.Done() {
		t.Errorf("%s", d)
	}
	refuse = true
	if _, err := c.View(t.Context()); !errors.Is(err, kube.ErrNoView) || !strings.Contains(err.Error(), "port-forward") {
		t.Errorf("401: %v", err)
	}
}

// version is the plugin of that answer in a version.
func version(t *testing.T, resourceVersion string) *kube.Object {
	t.Helper()
	return parse(t, `{"apiVersion":"extensions.istio.io/v1alpha1","kind":"WasmPlugin","metadata":{"name":"demo","namespace":"istio-system","resourceVersion":"`+
		resourceVersion+`"},"spec":{"url":"oci://registry.example/demo"}}`)
}

func distribution(t *testing.T, v *kube.View, obj *kube.Object, before kube.Nonces) *kube.Distribution {
	t.Helper()
	d, err := v.Distribution(t.Context(), obj, before)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDistribution(t *testing.T) {
	v := istiod(t, nil)
	d := distribution(t, v, version(t, "4711"), kube.Nonces{"gw-0.istio-system": "older"})
	if !d.Done() || d.String() != "acknowledged by all 1 connected proxies" {
		t.Errorf("%s", d)
	}
	if d := distribution(t, v, version(t, "4711"), nil); !d.Done() {
		t.Errorf("unchanged: %s", d)
	}
	nonces, err := v.Nonces(t.Context())
	if err != nil || len(nonces) != 1 {
		t.Fatalf("%v %v", nonces, err)
	}
	if d := distribution(t, v, version(t, "4711"), nonces); d.Done() {
		t.Errorf("nothing was sent since: %s", d)
	}
	if d := distribution(t, v, version(t, "4712"), nil); d.Done() || !strings.Contains(d.String(), "not by gw-0.istio-system") {
		t.Errorf("istiod knows another version: %s", d)
	}
	other := version(t, "4711").In("elsewhere")
	if d := distribution(t, v, other, nil); d.Done() || !strings.Contains(d.String(), "none of 1 connected proxies gets it") {
		t.Errorf("nobody gets it: %s", d)
	}
}

func TestDistributionRefused(t *testing.T) {
	v := istiod(t, func(file, text string) (int, string) {
		if file == "syncz" {
			text = strings.Replace(text, `"extensionconfig_acked": "`, `"extensionconfig_acked": "not `, 1)
			text = strings.Replace(text, `"type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig": {`,
				`"type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig": {"lastError": "Unable to create Wasm plugin",`, 1)
		}
		return http.StatusOK, text
	})
	d := distribution(t, v, version(t, "4711"), nil)
	if d.Done() || !strings.Contains(d.String(), "refuses it: Unable to create Wasm plugin") {
		t.Errorf("%s", d)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if d, err := v.WaitDistributed(ctx, version(t, "4711"), nil); err != nil || d == nil || d.Done() {
		t.Errorf("%v %v", d, err)
	}
}

// TestOneReplicaIsDown: the answers of the others count, and the one is named; where
// none answers, that is an error.
func TestOneReplicaIsDown(t *testing.T) {
	good, down := httptest.NewServer(debug(nil)), httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(good.Close)
	t.Cleanup(down.Close)
	for _, order := range []string{good.URL + "," + down.URL, down.URL + ", " + good.URL} {
		v := kube.ViewAt(order)
		d, err := v.WaitDistributed(t.Context(), version(t, "4711"), nil)
		if err != nil || !d.Done() || len(d.Silent) != 1 {
			t.Fatalf("%s: %v, %v", order, d, err)
		}
		name := strings.TrimPrefix(down.URL, "http://")
		if s := d.String(); !strings.HasPrefix(s, "acknowledged by all 1 connected proxies; the proxies of "+name+" are not known: ") || !strings.Contains(s, "404") {
			t.Errorf("%s", s)
		}
		if n, err := v.Nonces(t.Context()); err != nil || len(n) != 1 {
			t.Errorf("nonces %v, %v", n, err)
		}
		if p, err := v.Proxies(t.Context()); len(p) != 1 || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("proxies %v, %v", p, err)
		}
	}
	v := kube.ViewAt(down.URL + "," + down.URL)
	if d, err := v.Distribution(t.Context(), version(t, "4711"), nil); err == nil {
		t.Errorf("nobody answers: %v", d)
	}
}

func TestIstiodThatDoesNotTell(t *testing.T) {
	for name, change := range map[string]func(string, string) (int, string){
		"401":     func(string, string) (int, string) { return http.StatusUnauthorized, "" },
		"no JSON": func(string, string) (int, string) { return http.StatusOK, "<html>" },
	} {
		if _, err := istiod(t, change).Distribution(t.Context(), version(t, "1"), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	c, _ := open(t)
	if _, err := c.View(t.Context()); !errors.Is(err, kube.ErrNoView) || !strings.Contains(err.Error(), "--istiod") {
		t.Errorf("through an API server without pods: %v", err)
	}
}
