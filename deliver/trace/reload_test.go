package trace_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deliver/trace"
)

// TestWatchedChange: between two looks the plugin changes, with or without a
// listener or the connection.
func TestWatchedChange(t *testing.T) {
	for _, c := range []struct {
		name  string
		do    func(l *lab)
		state trace.State
		text  string
	}{
		{"the plugin alone", func(*lab) {}, trace.OK, "used the connection of the one before"},
		{"a listener too", func(l *lab) { l.change(&l.stats, "listener_modified: 0", "listener_modified: 1") }, trace.Fail, "a listener changed with it"},
		{"and the connection is closed", func(l *lab) { l.web.CloseClientConnections() }, trace.Fail, "was closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			tr := trace.New(l.o)
			defer tr.Close()
			l.lookWith(tr)
			l.change(&l.dump, "03:04:05.538Z", "03:09:05.538Z")
			c.do(l)
			want(t, l.lookWith(tr), "reload", c.state, c.text)
			want(t, l.lookWith(tr), "reload", c.state, "while it was watched") // and later it is still known
		})
	}
}

func TestNothingChangedYet(t *testing.T) {
	l := newLab(t)
	l.change(&l.stats, "config_reload: 2", "config_reload: 1")
	want(t, l.look(), "reload", trace.Unknown, "did not change since Envoy started")
	l.change(&l.stats, "config_reload: 1", "config_reload: 2")
	l.change(&l.dump, "03:00:00.000Z", "03:10:00.000Z")
	want(t, l.look(), "reload", trace.Unknown, "listeners changed")
}

// TestRequest compares what comes back, and hides what tells of a secret.
func TestRequest(t *testing.T) {
	l := newLab(t)
	l.o.Secret = func(name string) bool { return strings.EqualFold(name, "password") || name == "X-Api-Key" }
	l.respond = func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "www.example.com" || r.Method != http.MethodPost || r.Header.Get("A") != "b" {
			w.WriteHeader(http.StatusBadRequest)
		}
		w.Header().Set("X-Api-Key", "hunter2")
		w.Header().Set("X-Config", `{"password": "hunter2"}`)
	}
	l.o.Request = &trace.Request{URL: l.web.URL + "/?q=hunter2", Method: http.MethodPost, Status: 200, Header: http.Header{"Host": {"www.example.com"}, "A": {"b"}}, Headers: http.Header{"X-Api-Key": {""}, "X-Config": {""}}}
	want(t, l.look(), "request", trace.OK, "***")
	l.o.Request.Headers = http.Header{"X-Api-Key": {"another"}}
	want(t, l.look(), "request", trace.Fail, "the header X-Api-Key is not ***")
	l.o.Request.Headers = http.Header{"X-None": {""}}
	want(t, l.look(), "request", trace.Fail, "there is no header X-None")
	l.o.Request.Headers, l.o.Request.Contains = nil, "full"
	want(t, l.look(), "request", trace.Fail, `the body does not have "full"`)
	l.o.Request = &trace.Request{URL: l.web.URL}
	want(t, l.look(), "request", trace.Unknown, "--expect-header")
	l.o.Request = &trace.Request{URL: "http://127.0.0.1:1/?q=hunter2"}
	want(t, l.look(), "request", trace.Fail, "refused")
}
