package trace_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/deliver/trace"
)

func TestAllInOrder(t *testing.T) {
	steps := newLab(t).look()
	rest(t, steps)
	want(t, steps, "configure", trace.OK, "loaded.wasm")
	want(t, steps, "deliver", trace.OK, "gw-0 acknowledged version v7")
	want(t, steps, "reload", trace.OK, "loaded 2 times")
	want(t, steps, "request", trace.OK, `X-Hello: "world"`)
}

// fault breaks one side, and says which step tells it, with which words, and which
// others are not ok then.
type fault struct {
	name  string
	do    func(l *lab)
	step  string
	text  string
	while string
}

const oldSHA = "0000000000000000000000000000000000000000000000000000000000000000"

func faults() []fault {
	return []fault{
		{"no wasm file", func(l *lab) { l.o.Wasm = "none.wasm" }, "compile", "sluice build", ""},
		{"no plugin", func(l *lab) { write(l.t, l.wasm, []byte("\x7fELF")) }, "compile", "sluice inspect", "package extract configure"},
		{"another module was pushed", func(l *lab) { l.push(stamp(l.t, "VERSION-0002")) }, "package", "sluice push", "pull"},
		{"no such tag", func(l *lab) {
			l.change(&l.server, l.image, l.image+"-rc")
			l.url("oci://" + l.image + "-rc")
		}, "push", "1.0.0-rc", "package"},
		{"the registry is dead", func(l *lab) { l.registry.Close() }, "push", "see that the registry runs", "package"},
		{"no signature", func(l *lab) { l.o.OCI.Policy = keyed(l.t) }, "push", "sluice sign", ""},
		{"the resource is not in the directory", func(l *lab) { l.change(&l.server, "istio-system.hello", "istio-system.other") }, "resource", "no resource with the namespace and name istio-system.hello",
			"watch deliver pull extract"},
		{"the directory has another image", func(l *lab) { l.change(&l.server, l.image, "other.example/x:1") }, "resource", "names oci://other.example/x:1", ""},
		{"it pins another digest", func(l *lab) { l.url("oci://"+l.image, "  sha256: \""+oldSHA+"\"\n") }, "resource", "it names sha256:" + oldSHA, ""},
		{"serve is down", func(l *lab) { l.o.Server = "http://127.0.0.1:1" }, "watch", "--server", "deliver pull extract"},
		{"serve is something else", func(l *lab) { l.serverCode = http.StatusTeapot }, "watch", "418", "deliver pull extract"},
		{"serve could not load it", func(l *lab) {
			l.change(&l.server, `"state": "ready"`, `"state": "old", "problem": "the plugin refused it"`)
		}, "watch", "the plugin refused it", ""},
		{"its file is broken", func(l *lab) {
			l.change(&l.server, `"plugins": [{"name": "istio-system.hello", "resource"`, `"problems": [{"file": "/srv/d/hello.yaml", "text": "line 3: unknown field"}], "plugins": [{"name": "istio-system.hello", "resource"`)
		}, "watch", "line 3: unknown field", ""},
		{"Envoy refused it", func(l *lab) {
			l.change(&l.server, `"state": "running"`, `"state": "refused", "refused": "v8", "reason": "Unable to create Wasm HTTP filter"`)
		}, "deliver", "gw-0 refused version v8: Unable to create", ""},
		{"no Envoy", func(l *lab) { l.change(&l.server, `"connected": true`, `"connected": false`) }, "deliver", "none of 0 connected Envoys", ""},
		{"a stand-in", func(l *lab) { l.change(&l.server, `"state": "running"`, `"state": "denying"`) }, "deliver", "stand-in, which is denying requests", ""},
		{"the tag moved", func(l *lab) { l.change(&l.server, l.manifest, "sha256:"+oldSHA) }, "pull", "--refresh", ""},
		{"the agent can't pull", func(l *lab) {
			l.change(&l.server, `"connected": true`, `"connected": true, "agent": true`)
			l.change(&l.server, `"state": "running"`, `"state": "refused", "reason": "not loaded by the agent, which tries again: dial tcp: refused"`)
		}, "pull", "the agent of gw-0", ""},
		{"another module in serve", func(l *lab) { l.change(&l.server, l.sha, oldSHA) }, "extract", oldSHA, ""},
		{"an old file", func(l *lab) { write(l.t, l.file, stamp(l.t, "VERSION-0000")) }, "configure", "Envoy has another module", ""},
		{"refused, by Envoy's dump", func(l *lab) {
			l.change(&l.dump, `"last_updated": "2026-01-02T03:04:05.538Z"`, `"last_updated": "2026-01-02T03:04:05.538Z", "error_state": {"details": "bad magic"}`)
		}, "configure", "bad magic", ""},
		{"Envoy fetches it", func(l *lab) { l.change(&l.dump, `"local": {`, `"remote": {`) }, "configure", "fetch the module itself", ""},
		{"a filter that refuses", func(l *lab) { l.change(&l.dump, "http.wasm.v3.Wasm", "http.rbac.v3.RBAC") }, "configure", "stands in", "load"},
		{"not in this Envoy", func(l *lab) { l.change(&l.dump, "istio-system.hello", "istio-system.other") }, "configure", "no extension configuration istio-system.hello", "load reload"},
		{"Envoy is gone", func(l *lab) { l.admin.Close() }, "load", "see that Envoy runs", "configure reload"},
		{"Envoy answers nothing", func(l *lab) { l.adminCode = http.StatusServiceUnavailable }, "configure", "503", "load reload"},
		{"no JSON from Envoy", func(l *lab) { l.dump = "<html>" }, "configure", "/config_dump", "load reload"},
		{"never loaded", func(l *lab) { l.change(&l.stats, "config_reload: 2", "config_reload: 0") }, "load", "no configuration of it was ever loaded", "reload"},
		{"its VM dies", func(l *lab) { l.change(&l.stats, "vm_reload_failure: 0", "vm_reload_failure: 3") }, "load", "3 failed", ""},
		{"Envoy is starting", func(l *lab) { l.change(&l.info, "LIVE", "INITIALIZING") }, "load", "INITIALIZING", ""},
		{"no listener is active", func(l *lab) { l.change(&l.stats, "total_listeners_active: 1", "total_listeners_active: 0") }, "load", "no listener is active", ""},
		{"another answer", func(l *lab) {
			l.respond = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
		}, "request", "the status is not 200", ""},
		{"no answer", func(l *lab) { l.web.Close() }, "request", "--url is a listener", ""},
	}
}

// TestFaults breaks each side once. What is not asked of that side stays ok.
func TestFaults(t *testing.T) {
	told := map[string]bool{}
	for _, f := range faults() {
		told[f.step] = true
		t.Run(f.name, func(t *testing.T) {
			l := newLab(t)
			f.do(l)
			steps := l.look()
			want(t, steps, f.step, trace.Fail, f.text)
			rest(t, steps, f.step, f.while)
		})
	}
	for _, name := range strings.Fields("compile package push resource watch deliver pull extract configure load request") {
		if !told[name] {
			t.Errorf("no fault is told by the step %s", name)
		}
	}
}

// TestCanary: while a new version gets a share of the requests, it is the one that is
// followed; one that was rolled back is told.
func TestCanary(t *testing.T) {
	l := newLab(t)
	l.change(&l.server, `"state": "ready", "wanted": {`, `"state": "ready", "canary": {"phase": "running", "percent": 10, "reason": "5% of 500s", "version": {"version": "v8", "digest": "`+
		l.manifest+`", "sha256": "`+l.sha+`"}}, "wanted": {"version": "v6", "sha256": "`+oldSHA+`"}, "ignored": {`)
	steps := l.look()
	rest(t, steps)
	want(t, steps, "watch", trace.OK, "a new version gets 10% of the requests")
	l.change(&l.server, `"phase": "running"`, `"phase": "rolled back"`)
	want(t, l.look(), "watch", trace.Fail, "rolled back: 5% of 500s")
}

// keyed trusts a key that signed nothing.
func keyed(t *testing.T) *policy.Policy {
	t.Helper()
	key, err := sign.Generate(sign.Kinds()[0])
	if err != nil {
		t.Fatal(err)
	}
	p := policy.ForKeys("--key")
	p.Rules[0].Keys = []*sign.PublicKey{key.Public()}
	return p
}

// TestUnknown: what was not given, and can't be seen, says which flag gives it.
func TestUnknown(t *testing.T) {
	l := newLab(t)
	l.o.Wasm, l.o.EnvoyAdmin, l.o.Request = "", "", nil
	steps := l.look()
	want(t, steps, "compile", trace.Unknown, "--wasm")
	want(t, steps, "package", trace.OK, "give --wasm")
	want(t, steps, "configure", trace.OK, "by its acknowledgement")
	want(t, steps, "load", trace.Unknown, "--envoy-admin")
	want(t, steps, "request", trace.Unknown, "--url")
	want(t, steps, "reload", trace.Unknown, "--envoy-admin")
	rest(t, steps, "compile", "load", "request", "reload")
	l.change(&l.server, `"state": "running"`, `"state": "pending"`)
	want(t, l.look(), "deliver", trace.Unknown, "--watch")
}

func TestFilesThatCannotBeRead(t *testing.T) {
	l := newLab(t)
	for name, text := range map[string]string{"no YAML": "{", "nothing": "", "another kind": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n"} {
		write(t, l.resource, []byte(text))
		if _, err := trace.New(l.o).Look(t.Context()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := os.Remove(l.resource); err != nil {
		t.Fatal(err)
	}
	if _, err := trace.New(l.o).Look(t.Context()); err == nil {
		t.Error("no file: no error")
	}
}
