package trace_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/deliver/trace"
)

// lab is a plugin on its way, with everything in order, and a part for each side
// that a test may break.
type lab struct {
	t        *testing.T
	dir      string
	wasm     string // the file that was compiled
	resource string // the file of the resource
	file     string // that Envoy has loaded
	sha      string
	manifest string
	image    string

	registry, web, admin *httptest.Server
	reg                  *registrytest.Registry
	// server, dump, stats and info are what "sluice serve" and Envoy answer, and
	// respond is what a request through Envoy gets.
	server, dump, stats, info string
	respond                   http.HandlerFunc
	// Codes other than 200 are answered in their stead.
	serverCode, adminCode int

	o trace.Options
}

func newLab(t *testing.T) *lab {
	l := &lab{t: t, dir: t.TempDir(), reg: registrytest.New()}
	l.registry = httptest.NewServer(l.reg)
	t.Cleanup(l.registry.Close)
	l.wasm, l.file = filepath.Join(l.dir, "main.wasm"), filepath.Join(l.dir, "loaded.wasm")
	code := stamp(t, "VERSION-0001")
	write(t, l.wasm, code)
	write(t, l.file, code)
	l.image = strings.TrimPrefix(l.registry.URL, "http://") + "/team/hello:1.0.0"
	l.o.OCI.Registry.PlainHTTP = true
	l.push(code)
	l.resource = filepath.Join(l.dir, "hello.yaml")
	l.url("oci://" + l.image)
	l.serving()
	l.envoy()
	l.respond = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Hello", "world")
		fmt.Fprint(w, "hello")
	}
	l.o.Files, l.o.Wasm = []string{l.resource}, l.wasm
	l.o.Timeout = 5 * time.Second
	l.o.Request = &trace.Request{URL: l.web.URL, Status: 200, Headers: http.Header{"X-Hello": {"world"}}, Contains: "hello"}
	return l
}

// stamp is a small plugin with a version in it.
func stamp(t testing.TB, version string) []byte {
	t.Helper()
	code, err := os.ReadFile("../../test/e2e/serve/testdata/stamp.wasm")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Replace(code, []byte("VERSION-0000"), []byte(version), 1)
}

func write(t testing.TB, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// push puts a module into the registry.
func (l *lab) push(code []byte) {
	l.t.Helper()
	file := filepath.Join(l.dir, "pushed.wasm")
	write(l.t, file, code)
	place, err := oci.ParsePlace(l.image)
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := oci.Push(context.Background(), file, place, nil, oci.PackageOptions{}, l.o.OCI); err != nil {
		l.t.Fatal(err)
	}
	loaded, err := oci.Load(context.Background(), place, oci.LoadOptions{Pull: oci.Always}, l.o.OCI)
	if err != nil {
		l.t.Fatal(err)
	}
	l.sha, l.manifest = loaded.SHA256, loaded.Manifest
}

// url writes the resource's file.
func (l *lab) url(url string, more ...string) {
	l.t.Helper()
	write(l.t, l.resource, []byte("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: hello, namespace: istio-system}\nspec:\n  url: "+url+"\n  pluginConfig: {password: hunter2}\n"+strings.Join(more, "")))
}

// serving starts what answers as "sluice serve".
func (l *lab) serving() {
	version := fmt.Sprintf(`{"version": "v7", "image": "oci://x@%s", "digest": "%s", "sha256": "%s", "since": "2026-01-02T03:04:05Z"}`, l.manifest, l.manifest, l.sha)
	l.server = `{"directory": "/srv/d", "plugins": [{"name": "istio-system.hello", "resource": "istio istio-system/hello", "source": "/srv/d/hello.yaml:1",
		"url": "oci://` + l.image + `", "state": "ready", "wanted": ` + version + `}],
		"nodes": [{"id": "gw-0", "envoy": "1.40.0", "connected": true, "plugins": [{"name": "istio-system.hello", "type": "TypedExtensionConfig",
		"state": "running", "wanted": "v7", "running": "v7", "since": "2026-01-02T03:04:05Z", "runningVersion": ` + version + `}]}]}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if l.serverCode != 0 {
			w.WriteHeader(l.serverCode)
		}
		_, _ = io.WriteString(w, l.server)
	}))
	l.t.Cleanup(s.Close)
	l.o.Server = s.URL
}

// envoy starts what answers as Envoy 1.40 did.
func (l *lab) envoy() {
	l.info = `{"version": "9e55809/1.40.0/Clean/RELEASE/BoringSSL", "state": "LIVE", "node": {"id": "gw-0"}}`
	l.dump = `{"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.EcdsConfigDump", "ecds_filters": [{"version_info": "71bb", "ecds_filter": {
		"@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", "name": "istio-system.hello", "typed_config": {
		"@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm", "config": {"vm_config": {"code": {"local": {"filename": "` + l.file + `"}}},
		"configuration": {"value": "{\"password\":\"hunter2\"}"}}}}, "last_updated": "2026-01-02T03:04:05.538Z"}]},
		{"@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump", "dynamic_listeners": [{"name": "main", "active_state": {"version_info": "32ef", "last_updated": "2026-01-02T03:00:00.000Z"}}]}]}`
	const at = "extension_config_discovery.http_filter.istio-system.hello."
	l.stats = at + "config_reload: 2\n" + at + "config_fail: 0\n" + at + "update_success: 2\n" + at + "update_rejected: 0\n" + at + "version_text: \"71bb\"\n" +
		"listener_manager.total_listeners_active: 1\nlistener_manager.listener_modified: 0\nwasm.envoy.wasm.runtime.v8.active: 3\n" +
		"wasm.istio-system.hello.vm_reload: 0\nwasm.istio-system.hello.vm_reload_failure: 0\n"
	l.admin = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.adminCode != 0 {
			w.WriteHeader(l.adminCode)
		}
		_, _ = io.WriteString(w, map[string]string{"/server_info": l.info, "/config_dump": l.dump, "/stats": l.stats}[r.URL.Path])
	}))
	l.t.Cleanup(l.admin.Close)
	l.o.EnvoyAdmin = l.admin.URL
	l.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { l.respond(w, r) }))
	l.t.Cleanup(l.web.Close)
}

// change replaces a part of a text that must be in it.
func (l *lab) change(text *string, old, with string) {
	l.t.Helper()
	if !strings.Contains(*text, old) {
		l.t.Fatalf("%q is not in %s", old, *text)
	}
	*text = strings.ReplaceAll(*text, old, with)
}

// look traces once.
func (l *lab) look() map[string]trace.Step {
	l.t.Helper()
	t := trace.New(l.o)
	defer t.Close()
	return l.lookWith(t)
}

func (l *lab) lookWith(t *trace.Tracer) map[string]trace.Step {
	l.t.Helper()
	r, err := t.Look(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	if len(r.Traces) != 1 || len(r.Traces[0].Steps) != 12 {
		l.t.Fatalf("%+v", r)
	}
	all := map[string]trace.Step{}
	for i, s := range r.Traces[0].Steps {
		if want := i + 1; i < 10 && s.Number != want {
			l.t.Errorf("step %s has the number %d, want %d", s.Name, s.Number, want)
		}
		if s.State != trace.OK && s.Do == "" || len(s.Evidence) == 0 && s.Name != "deliver" {
			l.t.Errorf("%s is %s, with evidence %q, and what to do %q", s.Name, s.State, s.Evidence, s.Do)
		}
		if text := fmt.Sprint(s); strings.Contains(text, "hunter2") {
			l.t.Errorf("a secret is shown: %s", text)
		}
		all[s.Name] = s
	}
	return all
}

// want fails unless a step has this state, and the text in its evidence or in what
// to do.
func want(t *testing.T, steps map[string]trace.Step, name string, state trace.State, text string) {
	t.Helper()
	s := steps[name]
	if all := strings.Join(s.Evidence, "\n") + "\n" + s.Do; s.State != state || !strings.Contains(all, text) {
		t.Errorf("%s is %s, want %s with %q:\n%s", name, s.State, state, text, all)
	}
}

// rest fails unless all steps but those named are ok.
func rest(t *testing.T, steps map[string]trace.Step, but ...string) {
	t.Helper()
	for name, s := range steps {
		if s.State != trace.OK && !strings.Contains(" "+strings.Join(but, " ")+" ", " "+name+" ") {
			t.Errorf("%s is %s: %q %s", name, s.State, s.Evidence, s.Do)
		}
	}
}
