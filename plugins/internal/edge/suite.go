package edge

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// Suite says how a plugin tells requests apart.
type Suite struct {
	// Plugin is the plugin and what is around it.
	Plugin plugintest.Plugin
	// Before is called with each engine's gateway before the first request, to
	// script services that the plugin calls. Default: nothing.
	Before func(gw *plugintest.Gateway)
	// Allowed makes a request one that must reach the backend. nil: there is none.
	Allowed func(r *plugintest.Request)
	// Refused makes a request one that must not reach the backend. nil: there is
	// none.
	Refused func(r *plugintest.Request)
	// Statuses are those that refused requests get. Default 401 and 403.
	Statuses []int
	// Trusted are request headers that upstream believes, with the values that
	// they have for allowed requests; "" is none. The suite sends others, and
	// wants them gone.
	Trusted map[string]string
	// ReadsBody says that the plugin holds the request's body back: it may answer
	// a body that the gateway can't hold with 413.
	ReadsBody bool
	// Changes are names of shapes after which the backend may see another path or
	// body than the client has sent, because that is what the plugin is for.
	// "*" are all of them.
	Changes []string
	// Skip are shapes that say nothing about the plugin, with the reason.
	Skip map[string]string
}

// Run sends every shape to the plugin, on each engine.
func Run(t *testing.T, s Suite) {
	t.Helper()
	if s.Allowed == nil && s.Refused == nil {
		t.Fatal("edge: a suite needs Allowed or Refused")
	}
	if s.Statuses == nil {
		s.Statuses = []int{401, 403}
	}
	for name := range s.Skip {
		if !slices.ContainsFunc(Shapes(), func(sh Shape) bool { return sh.Name == name }) {
			t.Errorf("edge: no shape %q to skip", name)
		}
	}
	plugintest.Run(t, s.Plugin, func(t *testing.T, gw *plugintest.Gateway) {
		if s.Before != nil {
			s.Before(gw)
		}
		for _, shape := range Shapes() {
			if s.Skip[shape.Name] == "" && !slices.Contains(shape.Lacks, gw.Engine()) {
				s.check(t, gw, shape)
			}
		}
	})
}

func (s Suite) check(t *testing.T, gw *plugintest.Gateway, shape Shape) {
	t.Helper()
	if s.Allowed != nil {
		s.allowed(t, gw, shape)
	}
	if s.Refused != nil {
		s.refused(t, gw, shape)
	}
}

// allowed sends a shape that must pass.
func (s Suite) allowed(t *testing.T, gw *plugintest.Gateway, shape Shape) {
	t.Helper()
	r := s.request(shape)
	s.Allowed(&r)
	before := len(gw.Backend.Requests())
	got := gw.Do(r)
	switch {
	case got.Status == 413 && shape.Large && s.ReadsBody, slices.Contains(shape.Refusals, got.Status):
		return
	case got.Status != 200:
		t.Errorf("%s, allowed: status %d, want 200\n%s", shape.Name, got.Status, got.Body)
		return
	}
	seen := gw.Backend.Want(before + 1)[before]
	if !slices.Contains(s.Changes, shape.Name) && !slices.Contains(s.Changes, "*") {
		s.unchanged(t, shape, r, seen.Received)
	}
	for name, value := range s.Trusted {
		got := seen.Headers.Values(name)
		if value == "" && len(got) != 0 || value != "" && (len(got) != 1 || got[0] != value) {
			t.Errorf("%s, allowed: the backend sees %s %q, want %q", shape.Name, name, got, value)
		}
	}
}

// unchanged compares what the client sent with what the backend got.
func (s Suite) unchanged(t *testing.T, shape Shape, r plugintest.Request, seen plugintest.Received) {
	t.Helper()
	path := r.Path
	if shape.Path != "" {
		path = shape.Path
	}
	if seen.Path != path {
		t.Errorf("%s, allowed: the backend sees the path %q, want %q", shape.Name, seen.Path, path)
	}
	if want := r.Body + strings.Join(r.Chunks, ""); seen.Body != want {
		t.Errorf("%s, allowed: the backend sees a body of %d bytes, want %d", shape.Name, len(seen.Body), len(want))
	}
	if got := seen.Headers.Values("x-twice"); len(got) == 0 || strings.Join(got, ",") != "one,two" {
		t.Errorf("%s, allowed: the backend sees x-twice %q, want one and two", shape.Name, got)
	}
}

// refused sends a shape that must not pass.
func (s Suite) refused(t *testing.T, gw *plugintest.Gateway, shape Shape) {
	t.Helper()
	r := s.request(shape)
	s.Refused(&r)
	before := len(gw.Backend.Requests())
	got := gw.Do(r)
	tooLarge := got.Status == 413 && shape.Large && s.ReadsBody
	if !tooLarge && !slices.Contains(s.Statuses, got.Status) && !slices.Contains(shape.Refusals, got.Status) {
		t.Errorf("%s, refused: status %d, want one of %v\n%s", shape.Name, got.Status, s.Statuses, got.Body)
	}
	for _, received := range gw.Backend.Requests()[before:] {
		t.Errorf("%s, refused: the backend got %s %s", shape.Name, received.Method, received.Path)
	}
}

// request is the shape's, with headers that no client may set.
func (s Suite) request(shape Shape) plugintest.Request {
	r := shape.Request()
	r.Method, r.Path, r.Host = cmp.Or(r.Method, method(r)), cmp.Or(r.Path, "/"), cmp.Or(r.Host, "plugin.test")
	r.Headers = append(plugintest.Headers{{"x-twice", "one"}, {"x-twice", "two"}}, r.Headers...)
	for name := range s.Trusted {
		r.Headers = append(r.Headers, [2]string{name, "forged-1"}, [2]string{name, "forged-2"})
	}
	return r
}

// method is the one that a request has without one.
func method(r plugintest.Request) string {
	if r.Body != "" || r.Chunks != nil {
		return "POST"
	}
	return "GET"
}

// Set makes value the only one of a request's header.
func Set(r *plugintest.Request, name, value string) {
	r.Headers = slices.DeleteFunc(slices.Clone(r.Headers), func(h [2]string) bool { return strings.EqualFold(h[0], name) })
	r.Headers = append(r.Headers, [2]string{name, value})
}
