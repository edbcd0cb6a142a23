package kube

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func testCreate(t *testing.T, l *lab) {
	digest := l.push(t, "demo:create", 1)
	file := l.file(t, "create", "demo:create", `{content: hello}`)
	l.apply(t, file).want(t, 0, "created", "revision 1", digest)
	first := l.get(istio("eu", "create"))
	if first == nil {
		t.Fatal("it is not there")
	}
	if got, want := first.Spec["url"], "oci://"+l.registry+"/demo@"+digest; got != want {
		t.Errorf("url %v, want %s", got, want)
	}
	if strategy, ok := first.Spec["failStrategy"]; ok {
		t.Errorf("failStrategy %v, and the file has none", strategy)
	}
	l.apply(t, file).want(t, 0, "unchanged", "revision 1")
	if again := l.get(istio("eu", "create")); again.Metadata.ResourceVersion != first.Metadata.ResourceVersion {
		t.Errorf("a no-op has written: resourceVersion %s, then %s", first.Metadata.ResourceVersion, again.Metadata.ResourceVersion)
	}
}

func testMovedTag(t *testing.T, l *lab) {
	old := l.push(t, "demo:moved", 1)
	file := l.file(t, "moved", "demo:moved", `{content: hello}`)
	l.apply(t, file).want(t, 0, "created", old)
	now := l.push(t, "demo:moved", 2)
	if old == now {
		t.Fatal("the two versions are one")
	}
	l.apply(t, file).want(t, 0, "configured", "revision 2", now)
	if url := l.get(istio("eu", "moved")).Spec["url"]; url != "oci://"+l.registry+"/demo@"+now {
		t.Errorf("url %v after the tag moved to %s", url, now)
	}
}

func testPullAgain(t *testing.T, l *lab) {
	l.push(t, "demo:again", 1)
	file := l.file(t, "again", "demo:again", `{content: hello}`)
	l.apply(t, file).want(t, 0)
	before := l.get(istio("eu", "again")).Metadata
	l.apply(t, file, "--pull-again").want(t, 0, "configured")
	after := l.get(istio("eu", "again")).Metadata
	if before.ResourceVersion == after.ResourceVersion || before.Generation != after.Generation {
		t.Errorf("--pull-again: resourceVersion %s then %s, generation %d then %d; want only the first to change",
			before.ResourceVersion, after.ResourceVersion, before.Generation, after.Generation)
	}
	l.apply(t, file).want(t, 0, "unchanged")
}

func testDryRun(t *testing.T, l *lab) {
	digest := l.push(t, "demo:dry", 1)
	file := l.file(t, "dry", "demo:dry", `{content: hello}`)
	l.apply(t, file, "--dry-run").want(t, 0, "created (dry run)", "+    content: hello", digest)
	if l.get(istio("eu", "dry")) != nil {
		t.Fatal("a dry run has written")
	}
	l.apply(t, file).want(t, 0)
	before := l.get(istio("eu", "dry"))
	changed := l.file(t, "dry", "demo:dry", `{content: bye}`)
	a := l.apply(t, changed, "--dry-run").want(t, 0, "configured (dry run)", "-    content: hello", "+    content: bye")
	if strings.Contains(a.stdout, "sluice.dev/history") {
		t.Errorf("the difference shows the history:\n%s", a.stdout)
	}
	l.sluice(t, "diff", "-f", changed, "--plain-http").want(t, 1, "+    content: bye")
	l.sluice(t, "diff", "-f", file, "--plain-http").want(t, 0)
	l.sluice(t, "diff", "-f", file, "--plain-http", "--context", "dead").want(t, 2, "context dead")
	if after := l.get(istio("eu", "dry")); !reflect.DeepEqual(before, after) {
		t.Error("a dry run has written")
	}
}

func testRender(t *testing.T, l *lab) {
	digest := l.push(t, "demo:render", 1)
	file := l.file(t, "render", "demo:render", `{content: hello}`)
	// It asks no cluster, so a dead one does no harm.
	a := l.apply(t, file, "--output", "yaml", "--context", "dead").want(t, 0, "url: oci://"+l.registry+"/demo@"+digest)
	if strings.Contains(a.stdout, "namespace:") || strings.Contains(a.stdout, "history") {
		t.Errorf("a file for GitOps has what belongs to a cluster:\n%s", a.stdout)
	}
	pinned := filepath.Join(t.TempDir(), "pinned.yaml")
	must(t, os.WriteFile(pinned, []byte(a.stdout), 0o600))
	l.apply(t, pinned).want(t, 0, "created", digest)
	l.apply(t, file, "--for", "traffic-extension", "--output", "yaml").want(t, 0, "kind: TrafficExtension")
}

func testInvalid(t *testing.T, l *lab) {
	l.push(t, "demo:invalid", 1)
	for name, c := range map[string]struct{ config, text string }{
		"the parser refuses":  {`{content: ""}`, "content"},
		"the parser, a rule":  {`{content: ok, _rules_: [{_match_domain_: [a.example], content: 7}]}`, "content"},
		"no such tag":         {"", "absent"},
		"not in the resource": {"{content: ok}\n  pluginConfg: {}", "pluginConfg"},
	} {
		image := "demo:invalid"
		if c.config == "" {
			image, c.config = "demo:absent", `{content: ok}`
		}
		a := l.apply(t, l.file(t, "invalid", image, c.config), "--context", "dead,eu").want(t, 1, c.text)
		if strings.Contains(a.stderr, "context dead") {
			t.Errorf("%s: a cluster was asked:\n%s", name, a.stderr)
		}
	}
	if l.get(istio("eu", "invalid")) != nil {
		t.Error("it was applied")
	}
}

func testIndex(t *testing.T, l *lab) {
	a := l.sluice(t, "push", l.wasm, l.registry+"/demo:index", "--plain-http", "--index", "--output", "json").want(t, 0)
	var pushed struct{ Digest, Manifest string }
	must(t, json.Unmarshal([]byte(a.stdout), &pushed))
	if pushed.Digest == pushed.Manifest {
		t.Fatalf("this is no index: %s", a.stdout)
	}
	l.apply(t, l.file(t, "index", "demo:index", `{content: hello}`)).want(t, 0, pushed.Manifest)
	if url := l.get(istio("eu", "index")).Spec["url"].(string); !strings.HasSuffix(url, "@"+pushed.Manifest) {
		t.Errorf("url %s, want the manifest %s in the index %s", url, pushed.Manifest, pushed.Digest)
	}
}

func testConflict(t *testing.T, l *lab) {
	l.push(t, "demo:conflict", 1)
	file := l.file(t, "conflict", "demo:conflict", `{content: hello}`)
	l.apply(t, file).want(t, 0)
	l.applyAs("other-tool", istio("eu", "conflict"), `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: conflict}
spec: {url: "oci://other.example/x:1", phase: AUTHZ}
`)
	before := l.get(istio("eu", "conflict"))
	l.apply(t, file).want(t, 1, `"other-tool"`, ".spec.url", ".spec.phase", "--force-conflicts", "nothing was changed")
	if after := l.get(istio("eu", "conflict")); !reflect.DeepEqual(before, after) {
		t.Error("a conflict has written")
	}
	l.apply(t, file, "--force-conflicts").want(t, 0, "configured")
	if phase := l.get(istio("eu", "conflict")).Spec["phase"]; phase != "AUTHN" {
		t.Errorf("phase %v after --force-conflicts", phase)
	}
}

func testDenied(t *testing.T, l *lab) {
	l.push(t, "demo:denied", 1)
	l.apply(t, l.file(t, "denied", "demo:denied", `{content: hello}`), "--context", "eu,viewer").
		want(t, 1, "context viewer", "not allowed", `User "viewer"`, "nothing was changed")
	if l.get(istio("eu", "denied")) != nil {
		t.Error("the other context was changed")
	}
}
