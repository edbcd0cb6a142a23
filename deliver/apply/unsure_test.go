package apply

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// takesAndFails lets the server of us take a write, and then answers as it likes.
func (l *lab) takesAndFails(answer http.HandlerFunc) {
	l.us.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPatch || r.URL.Query().Has("dryRun") {
			return false
		}
		l.us.BreakWith(nil)
		l.us.ServeHTTP(httptest.NewRecorder(), r)
		answer(w, r)
		return true
	})
}

func TestWriteWithALostAnswerIsUndone(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"an error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "down", http.StatusInternalServerError) },
		"none":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		l := newLab(t)
		l.push("demo:1", "one")
		l.apply(l.options(l.file("demo:1", "{mark: old}"), "us"))
		before := l.us.Object(demo)["spec"]
		l.takesAndFails(answer)
		r, err := Apply(t.Context(), l.options(l.file("demo:1", "{mark: new}"), "eu", "us"))
		if err == nil || !r.Contexts[0].Undone || !r.Contexts[1].Undone || l.eu.Object(demo) != nil || !reflect.DeepEqual(before, l.us.Object(demo)["spec"]) {
			t.Errorf("%s: error %v, result %+v, object %v", name, err, r, l.us.Object(demo))
		}
	}
}

func TestInterruptedWriteIsUndone(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	ctx, stop := context.WithCancel(t.Context())
	l.takesAndFails(func(_ http.ResponseWriter, r *http.Request) {
		stop()
		select {
		case <-r.Context().Done():
		case <-time.After(10 * time.Second):
			t.Error("the request was not given up")
		}
	})
	r, err := Apply(ctx, l.options(l.file("demo:1", "{}"), "eu", "us"))
	if !errors.Is(err, context.Canceled) || l.eu.Object(demo) != nil || l.us.Object(demo) != nil || !r.Contexts[1].Undone {
		t.Errorf("error %v, result %+v", err, r)
	}
}

func TestLostAnswerOfAServerThatIsGone(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	l.us.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPatch && !r.URL.Query().Has("dryRun") {
			l.us.BreakWith(func(w http.ResponseWriter, _ *http.Request) bool {
				http.Error(w, "gone", http.StatusBadGateway)
				return true
			})
			http.Error(w, "gone", http.StatusBadGateway)
			return true
		}
		return false
	})
	r, err := Apply(t.Context(), l.options(l.file("demo:1", "{}"), "us"))
	if err == nil || r.Contexts[0].Undone || !strings.Contains(r.Contexts[0].Error, "whether it was written is not known") {
		t.Errorf("error %v, result %+v", err, r)
	}
}

// TestForgedHistory: a history that somebody wrote by hand must not make a rollback
// write another object.
func TestForgedHistory(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	l.apply(l.options(l.file("demo:1", "{mark: a}"), "eu"))
	l.apply(l.options(l.file("demo:1", "{mark: b}"), "eu"))
	const victim = "extensions.istio.io/v1alpha1/namespaces/default/wasmplugins/victim"
	forged := l.eu.Object(demo)
	meta := forged["metadata"].(map[string]any)
	meta["name"] = "victim"
	l.eu.Put(victim, kube.FieldManager, forged)
	before := l.eu.Object(demo)
	o := l.rollback(0, "eu")
	o.Name = "victim"
	if _, err := Rollback(t.Context(), o); !errors.Is(err, kube.ErrHistory) || !errors.Is(err, ErrNothingDone) || !reflect.DeepEqual(before, l.eu.Object(demo)) {
		t.Errorf("error %v", err)
	}
}
