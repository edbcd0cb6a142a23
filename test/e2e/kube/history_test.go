package kube

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

type histories struct {
	Contexts []struct {
		Revisions []struct {
			Revision                             int
			By, Why, Image, Digest, Config, Time string
		}
	}
}

func testRollback(t *testing.T, l *lab) {
	one := l.push(t, "demo:back1", 1)
	two := l.push(t, "demo:back2", 2)
	l.apply(t, l.file(t, "back", "demo:back1", `{content: first}`)).want(t, 0)
	l.apply(t, l.file(t, "back", "demo:back2", `{content: second}`)).want(t, 0)
	l.sluice(t, "rollback", "back", "--plain-http", "--dry-run").want(t, 0, "+    content: first")
	// The registry is down: the image is in nobody's store, and is named by digest.
	l.images.BreakWith(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return true
	})
	a := l.sluice(t, "rollback", "back", "--plain-http")
	l.images.BreakWith(nil)
	a.want(t, 0, "revision 3", one, "warning: ")
	now := l.get(istio("eu", "back"))
	if url := now.Spec["url"].(string); !strings.HasSuffix(url, one) {
		t.Errorf("url %s, want %s", url, one)
	}
	l.sluice(t, "rollback", "back", "--plain-http", "--to", "2").want(t, 0, "revision 4", two)
	l.sluice(t, "rollback", "back", "--plain-http", "--to", "9").want(t, 1, "there is no revision 9; there are 1 to 4")

	a = l.sluice(t, "history", "back", "--output", "json").want(t, 0)
	var h histories
	must(t, json.Unmarshal([]byte(a.stdout), &h))
	all := h.Contexts[0].Revisions
	if len(all) != 4 || all[0].Why != "rollback to 2" || all[3].Digest != one || all[2].Image != l.registry+"/demo:back2" {
		t.Errorf("history %s", a.stdout)
	}
	for _, e := range all {
		if e.By != "admin" || e.Time == "" || len(e.Config) != 64 {
			t.Errorf("entry %+v lacks who, when or the checksum of the configuration", e)
		}
	}
	if all[0].Config == all[1].Config || all[0].Config != all[2].Config {
		t.Errorf("checksums of configurations: %s", a.stdout)
	}
}

func testHistoryBounds(t *testing.T, l *lab) {
	l.push(t, "demo:many", 1)
	for i := range 12 {
		l.apply(t, l.file(t, "many", "demo:many", fmt.Sprintf(`{content: "%d"}`, i))).want(t, 0)
	}
	var h histories
	must(t, json.Unmarshal([]byte(l.sluice(t, "history", "many", "--output", "json").want(t, 0).stdout), &h))
	if all := h.Contexts[0].Revisions; len(all) != 10 || all[0].Revision != 12 || all[9].Revision != 3 {
		t.Errorf("revisions %+v, want 12 to 3", all)
	}
}

func testForeign(t *testing.T, l *lab) {
	l.applyAs("kubectl", istio("eu", "foreign"), `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: foreign}
spec: {url: "oci://other.example/x:1"}
`)
	l.sluice(t, "history", "foreign").want(t, 1, "not applied by sluice")
	l.sluice(t, "rollback", "foreign").want(t, 1, "not applied by sluice", "nothing was changed")
	l.sluice(t, "delete", "foreign").want(t, 1, "not applied by sluice", "--force")
	if l.get(istio("eu", "foreign")) == nil {
		t.Fatal("it was deleted")
	}
	l.sluice(t, "delete", "foreign", "--force").want(t, 0, "deleted")
	if l.get(istio("eu", "foreign")) != nil {
		t.Error("it is still there")
	}
}

func testDelete(t *testing.T, l *lab) {
	l.push(t, "demo:delete", 1)
	file := l.file(t, "delete", "demo:delete", `{content: hello}`)
	l.apply(t, file, "--context", "eu,us").want(t, 0)
	l.sluice(t, "delete", "delete", "--context", "eu,dead").want(t, 1, "context dead", "nothing was changed")
	l.sluice(t, "delete", "delete", "--dry-run").want(t, 0, "deleted (dry run)")
	if l.get(istio("eu", "delete")) == nil {
		t.Fatal("it was deleted")
	}
	l.sluice(t, "delete", "-f", file, "--context", "eu,us", "--wait").want(t, 0, "eu/delete", "us/delete", "it is gone")
	if l.get(istio("eu", "delete")) != nil || l.get(istio("us", "delete")) != nil {
		t.Error("it is still there")
	}
	l.sluice(t, "delete", "delete").want(t, 1, "not found")
	l.sluice(t, "delete", "-f", file).want(t, 0)
}
