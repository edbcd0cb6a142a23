package serve

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestMemory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	m, err := openMemory(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		m.refuse(refusal{Resource: "a", Version: "v1", Envoy: "1.40.0"}), m.refuse(refusal{Resource: "a", Version: "v2", Envoy: "1.40.0"}),
		m.refuse(refusal{Resource: "a", Version: "v1", Envoy: "1.40.0"}), m.accept("", "1.40.0", "v2"), m.accept("", "1.40.0", "unknown"),
		m.remove("web.gone"), m.remove("web.gone"), m.remove("web.back"), m.restore("web.back"), m.restore("web.never"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	again, err := openMemory(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*memory{m, again} {
		switch {
		case !m.refused("n", "1.40.0", "v1"), m.refused("n", "1.36.0", "v1"), m.refused("n", "1.40.0", "v2"), len(m.data.Refused) != 1:
			t.Errorf("refusals %+v", m.data.Refused)
		case !slices.Equal(m.removed(), []string{"web.gone"}):
			t.Errorf("removed %q", m.removed())
		}
	}
	info, err := os.Stat(filepath.Join(dir, "serve.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestMemoryOfOthers: what a node has refused and another one has taken is kept from
// the first alone, until that takes it.
func TestMemoryOfOthers(t *testing.T) {
	m := &memory{path: filepath.Join(t.TempDir(), "serve.json")}
	step := func(err error, a, b bool) {
		t.Helper()
		if err != nil || m.refused("a", "1.40.0", "v") != a || m.refused("b", "1.40.0", "v") != b {
			t.Errorf("%v; %+v, want %v for a and %v for b", err, m.data.Refused, a, b)
		}
	}
	step(m.refuse(refusal{Version: "v", Envoy: "1.40.0", Node: "a"}), true, true)
	step(m.accept("b", "1.40.0", "v"), true, false)
	step(m.refuse(refusal{Version: "v", Envoy: "1.40.0", Node: "b"}), true, true)
	step(m.accept("a", "1.40.0", "v"), false, true)
	step(m.accept("b", "1.40.0", "v"), false, false)
}

func TestMemoryIsBounded(t *testing.T) {
	m := &memory{path: filepath.Join(t.TempDir(), "serve.json")}
	for i := range maxRefusals {
		m.data.Refused = append(m.data.Refused, refusal{Version: fmt.Sprint(i)})
	}
	if err := m.refuse(refusal{Version: "last"}); err != nil {
		t.Fatal(err)
	}
	if len(m.data.Refused) != maxRefusals || m.refused("", "", "0") || !m.refused("", "", "last") {
		t.Errorf("%d are kept", len(m.data.Refused))
	}
}

func TestMemoryDamaged(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "serve.json", "{")
	m, err := openMemory(dir)
	if err == nil || m == nil {
		t.Fatalf("got %v, %v; want both", m, err)
	}
	if err := m.remove("x"); err != nil {
		t.Error(err)
	}
}

func TestMemoryOfRemovedIsBounded(t *testing.T) {
	m := &memory{path: filepath.Join(t.TempDir(), "serve.json")}
	for i := range maxRemoved {
		m.data.Removed = append(m.data.Removed, fmt.Sprint(i))
	}
	if err := m.remove("last"); err != nil {
		t.Fatal(err)
	}
	if got := m.removed(); len(got) != maxRemoved || got[0] != "1" || got[len(got)-1] != "last" {
		t.Errorf("%d are kept, from %s to %s", len(got), got[0], got[len(got)-1])
	}
}
