package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAdded(t *testing.T) {
	for _, c := range []struct {
		values, base []float64
		want         float64
	}{
		{[]float64{3, 10, 5}, []float64{1, 2, 1}, 4}, {[]float64{3, 5}, []float64{1, 1}, 3}, {nil, []float64{1}, 0}, {[]float64{2, 9}, []float64{1}, 1},
	} {
		if got := added(c.values, c.base); got != c.want {
			t.Errorf("%v less %v: %v, want %v", c.values, c.base, got, c.want)
		}
	}
}

// An entry is a plugin that there is, with a configuration in JSON and a whole request.
func TestEntries(t *testing.T) {
	names := map[string]bool{}
	for _, e := range entries() {
		if _, err := os.Stat(filepath.Join("..", "..", "..", "plugins", e.plugin, "main.go")); err != nil {
			t.Errorf("%s: %v", e.name, err)
		}
		if !json.Valid([]byte(e.config)) || !strings.HasSuffix(string(e.request), "\r\n\r\n") && !strings.Contains(string(e.request), "\r\n\r\n") || names[e.name] {
			t.Errorf("%s: %+v", e.name, e)
		}
		if (e.native == nil) != (e.nativeName == "") {
			t.Errorf("%s: a native filter has a name", e.name)
		}
		names[e.name] = true
	}
	if chosen, err := choose("basic-auth,key-auth"); err != nil || len(chosen) != 2 || chosen[0].name != "basic-auth" {
		t.Errorf("%v, %v", chosen, err)
	}
	if _, err := choose("nothing"); err == nil {
		t.Error("an entry that there is not")
	}
}

func TestRender(t *testing.T) {
	none, r := &result{cpu: []float64{10}, p50: []float64{100}, p99: []float64{200}, memory: 1 << 20}, &result{cpu: []float64{13.5}, p50: []float64{150}, p99: []float64{300}, memory: 3 << 20, size: 5 << 19, start: 1500 * time.Millisecond}
	page := render([]measured{
		{entry: entry{name: "a", nativeName: "own"}, none: none, plugin: r, native: none}, {entry: entry{name: "b"}, none: none, plugin: r},
	}, settings{rounds: 3, round: time.Second, connections: 8}, "1.40.0")
	for _, want := range []string{"| a | 3.5 | 50 | 100 | 1.5 | 2 | 2.5 | own | 0.0 | 0 | 0 |\n", "| b | 3.5 | 50 | 100 | 1.5 | 2 | 2.5 | none | | | |\n", "Envoy 1.40.0"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}
