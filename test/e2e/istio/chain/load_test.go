package chain

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serve starts a server that answers as h says, and returns its address.
func serve(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func TestLoad(t *testing.T) {
	var label atomic.Value
	label.Store("one")
	l := StartLoad(t, serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(tag, label.Load().(string)) }), 4, time.Millisecond)
	if _, err := l.Wait("one", 5*time.Second); err != nil {
		t.Fatal(err)
	}
	changed := time.Now()
	label.Store("two")
	if first, err := l.Wait("two", 5*time.Second); err != nil || first.Before(changed) {
		t.Errorf("the first answer of the change was at %s, the change at %s, %v", first, changed, err)
	}
	if _, err := l.Wait("three", 10*time.Millisecond); err == nil {
		t.Error("what never came was seen")
	}
	r := l.Stop()
	if r.Requests == 0 || r.Failed > 0 || r.Reconnects > 0 || r.Slowest == 0 || r.Count["one"]+r.Count["two"] != r.Requests {
		t.Errorf("%+v", r)
	}
}

// TestLoadFailures: each way in which a request can be lost counts as one.
func TestLoadFailures(t *testing.T) {
	var n atomic.Int32
	third := func(other http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(tag, "one")
			if n.Add(1)%3 == 0 {
				other(w, r)
			}
		}
	}
	for name, c := range map[string]struct {
		other     http.HandlerFunc
		fails     string
		reconnect bool
	}{
		"another status": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, "403 Forbidden", false},
		"no plugin":      {func(w http.ResponseWriter, _ *http.Request) { w.Header().Del(tag) }, `200 OK by the plugin ""`, false},
		"a reset":        {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "receive", true},
		"an end":         {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			l := StartLoad(t, serve(t, third(c.other)), 2, time.Millisecond)
			time.Sleep(100 * time.Millisecond)
			r := l.Stop()
			if (r.Failed > 0) != (c.fails != "") || !strings.Contains(strings.Join(r.Failures, "\n"), c.fails) || (r.Reconnects > 0) != c.reconnect {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestLoadGoesBack: an answer of what was replaced is a failure.
func TestLoadGoesBack(t *testing.T) {
	var n atomic.Int32
	l := StartLoad(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(tag, "new")
		if n.Add(1) > 10 {
			w.Header().Set(tag, "old")
		}
	}), 1, time.Millisecond)
	if _, err := l.Wait("new", 5*time.Second); err != nil {
		t.Fatal(err)
	}
	l.mark("new")
	if _, err := l.Wait("old", 5*time.Second); err != nil {
		t.Fatal(err)
	}
	l.mark("new")
	time.Sleep(50 * time.Millisecond)
	if r := l.Stop(); r.Failed == 0 || !strings.Contains(r.Failures[0], `"old" answers after "new"`) {
		t.Errorf("%+v", r)
	}
}
