package kube

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func testTwoContexts(t *testing.T, l *lab) {
	l.push(t, "demo:two", 1)
	file := l.file(t, "two", "demo:two", `{content: hello}`)
	a := l.apply(t, file, "--context", "eu,us", "--output", "json").want(t, 0)
	var r struct {
		Contexts []struct {
			Context string
			Objects []struct{ Namespace, Action, Digest string }
		}
	}
	must(t, json.Unmarshal([]byte(a.stdout), &r))
	if len(r.Contexts) != 2 || r.Contexts[0].Objects[0].Namespace != "eu" || r.Contexts[1].Objects[0].Action != "created" {
		t.Errorf("result %s", a.stdout)
	}
	if l.get(istio("eu", "two")) == nil || l.get(istio("us", "two")) == nil {
		t.Error("it is not in both")
	}
}

func testOneDown(t *testing.T, l *lab) {
	l.push(t, "demo:down", 1)
	file := l.file(t, "down", "demo:down", `{content: hello}`)
	l.apply(t, file, "--context", "eu,dead").want(t, 1, "context dead", "can't be reached", "nothing was changed")
	if l.get(istio("eu", "down")) != nil {
		t.Fatal("the context that is up was changed")
	}
	l.apply(t, file, "--context", "eu,nowhere").want(t, 1, `no context "nowhere"`, "viewer", "nothing was changed")
	l.apply(t, file, "--context", "dead,eu", "--partial").want(t, 1, "context dead", "created")
	if l.get(istio("eu", "down")) == nil {
		t.Error("--partial did not go on")
	}
}

// testHalfWay has a context that takes the dry run and then fails: what the other
// one was given is taken back, with the fields' managers.
func testHalfWay(t *testing.T, l *lab) {
	l.push(t, "demo:half", 1)
	old := l.file(t, "half", "demo:half", `{content: old}`)
	l.apply(t, old).want(t, 0)
	before := l.get(istio("eu", "half"))
	l.breakUS(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPatch || r.URL.Query().Has("dryRun") {
			return false
		}
		http.Error(w, "down", http.StatusInternalServerError)
		return true
	})
	file := l.file(t, "half", "demo:half", `{content: new}`)
	l.apply(t, file, "--context", "eu,us").want(t, 1, "context us", "undone")
	after := l.get(istio("eu", "half"))
	if !reflect.DeepEqual(before.Spec, after.Spec) || !reflect.DeepEqual(before.Metadata.Annotations, after.Metadata.Annotations) {
		t.Errorf("before %v\nafter %v", before, after)
	}
	if !sameManagers(t, before, after) {
		t.Errorf("managers before %s\nafter %s", before.Metadata.ManagedFields, after.Metadata.ManagedFields)
	}
	l.apply(t, old).want(t, 0, "unchanged")

	fresh := l.file(t, "half-new", "demo:half", `{content: new}`)
	l.apply(t, fresh, "--context", "eu,us").want(t, 1, "undone")
	if l.get(istio("eu", "half-new")) != nil {
		t.Error("what was created stays")
	}
}

// sameManagers compares which manager holds which fields, and not since when.
func sameManagers(t *testing.T, a, b *object) bool {
	read := func(o *object) map[string]any {
		var list []struct {
			Manager, Operation string
			FieldsV1           any
		}
		must(t, json.Unmarshal(o.Metadata.ManagedFields, &list))
		all := map[string]any{}
		for _, m := range list {
			all[m.Manager+" "+m.Operation] = m.FieldsV1
		}
		return all
	}
	return reflect.DeepEqual(read(a), read(b))
}

// testRace has somebody write between the look at the object and the apply.
func testRace(t *testing.T, l *lab) {
	l.push(t, "demo:race", 1)
	l.apply(t, l.file(t, "race", "demo:race", `{content: one}`), "--context", "us").want(t, 0)
	raced := false
	l.breakUS(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPatch && !r.URL.Query().Has("dryRun") && !raced {
			raced = true
			l.apply(t, l.file(t, "race", "demo:race", `{content: two}`), "--context", "eu", "-n", "us").want(t, 0, "revision 2")
		}
		return false
	})
	l.apply(t, l.file(t, "race", "demo:race", `{content: three}`), "--context", "us").want(t, 0, "revision 3")
	a := l.sluice(t, "history", "race", "--context", "us").want(t, 0)
	if lines := strings.Count(a.stdout, "demo:race"); lines != 3 {
		t.Errorf("%d revisions in the history, want 3:\n%s", lines, a.stdout)
	}
}
