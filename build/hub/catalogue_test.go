package hub

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	order := []string{"0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "v2.0.0", "2.0.1+build"}
	for i, a := range order {
		for j, b := range order {
			if got := compare(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"basic-auth", "cors", "jwt-auth", "key-auth", "key-rate-limit", "cluster-key-rate-limit"}
	for name, want := range map[string]string{
		"key-aut": "key-auth", "kye-auth": "key-auth jwt-auth", "JWT-AUTH": "jwt-auth key-auth", "rate-limit": "key-rate-limit cluster-key-rate-limit",
		"cros": "cors", "zzzzzzzz": "", "": "", strings.Repeat("k", 5000): "",
	} {
		if got := strings.Join(nearest(name, words), " "); got != want && !strings.HasPrefix(got, want+" ") {
			t.Errorf("%.20s: %q, want %q", name, got, want)
		}
	}
}

func names(plugins []Plugin) string {
	var all []string
	for _, p := range plugins {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

func TestSearch(t *testing.T) {
	c := Catalogue{Plugins: []Plugin{
		{Name: "a-demo", Description: "Shows a key.", Teaching: true},
		{Name: "b", Title: "Bee", Description: "Wants a Token.", Fields: []Field{{"keys[].name", "of a header"}}},
		{Name: "key-auth", Category: "auth", Description: "Wants a key."},
	}}
	for words, want := range map[string]string{
		"": "b key-auth a-demo", "key": "key-auth b a-demo", "KEY": "key-auth b a-demo", "token": "b", "wants key": "key-auth b",
		"keys[].name": "b", "header": "b", "auth": "key-auth", "header auth": "", "nothing": "", "bee": "b",
	} {
		if got := names(c.Search(strings.Fields(words)...)); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	h := &Hub{Where: "w", Catalogue: Catalogue{Base: "r.example/hub", Plugins: []Plugin{
		{Name: "key-auth", Versions: []Version{{Version: "2.0.0-rc.1", Digest: "sha256:3"}, {Version: "1.1.0", Digest: "sha256:2"}, {Version: "1.0.0", Digest: "sha256:1"}}},
		{Name: "pre", Versions: []Version{{Version: "0.1.0-rc.1", Digest: "sha256:4"}}},
	}}}
	for ref, want := range map[string]string{
		"hub:key-auth": "key-auth@sha256:2", "hub:key-auth@1.0.0": "key-auth@sha256:1", "hub:key-auth@2.0.0-rc.1": "key-auth@sha256:3", "hub:pre": "pre@sha256:4",
	} {
		f, err := h.Resolve(ref)
		if err != nil || f.Source() != "oci://r.example/hub/"+want {
			t.Errorf("%s: %+v, %v", ref, f, err)
		}
	}
	for ref, want := range map[string]string{
		"key-auth": "want hub:NAME", "hub:": "names no plugin", "hub:@1": "names no plugin", "hub:a b": "small letters", "hub:../x": "small letters",
		"hub:key-auth@": "want a version", "hub:key-auth@a b": "want a version", "hub:key-auth@1@2": "want a version",
		"hub:" + strings.Repeat("a", 200): "small letters",
	} {
		if _, err := h.Resolve(ref); err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v, want %q", ref, err, want)
		}
	}
	for ref, want := range map[string]string{"hub:key-aut": "did you mean key-auth?", "hub:zzz": "lists those", "hub:key-auth@9": "it has 2.0.0-rc.1, 1.1.0, 1.0.0"} {
		if _, err := h.Resolve(ref); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "(hub w)") {
			t.Errorf("%s: %v, want %q", ref, err, want)
		}
	}
	h.Base = ""
	if _, err := h.Resolve("hub:pre"); !errors.Is(err, ErrCatalogue) {
		t.Errorf("without a base: %v", err)
	}
}

// TestPut: versions are kept, newest first, and the newest one describes.
func TestPut(t *testing.T) {
	c := &Catalogue{}
	for _, v := range []string{"1.0.0", "1.10.0", "1.9.0", "1.9.0"} {
		c.put(&Plugin{Name: "a", Description: v}, Version{Version: v})
	}
	var have []string
	for _, v := range c.Plugins[0].Versions {
		have = append(have, v.Version)
	}
	if len(c.Plugins) != 1 || !slices.Equal(have, []string{"1.10.0", "1.9.0", "1.0.0"}) || c.Plugins[0].Description != "1.10.0" {
		t.Errorf("%+v", c.Plugins)
	}
}
