package headers

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// host has one map, and treats names as Envoy does: in lower case, and "host" is
// another name of ":authority".
type host struct {
	abi.Host
	maps  map[abi.MapType][][2]string
	calls int
}

func newHost(t testing.TB) *host {
	h := &host{maps: map[abi.MapType][][2]string{}}
	before, vm := abi.SetHost(h), dispatch.SetCurrent(dispatch.NewVM())
	t.Cleanup(func() { abi.SetHost(before); dispatch.SetCurrent(vm) })
	return h
}

func key(name string) string {
	if name = strings.ToLower(name); name == "host" {
		return ":authority"
	}
	return name
}

func (h *host) get(m abi.MapType, name string) (string, abi.Status) {
	for _, p := range h.maps[m] {
		if p[0] == key(name) {
			return p[1], abi.StatusOK
		}
	}
	return "", abi.StatusNotFound
}

func (h *host) GetHeaderMapValue(m abi.MapType, name string) ([]byte, abi.Status) {
	h.calls++
	v, st := h.get(m, name)
	return []byte(v), st
}

func (h *host) GetHeaderMapPairs(m abi.MapType) ([][2]string, abi.Status) {
	h.calls++
	return h.maps[m], abi.StatusOK
}

func (h *host) AddHeaderMapValue(m abi.MapType, name, value string) abi.Status {
	h.maps[m] = append(h.maps[m], [2]string{key(name), value})
	return abi.StatusOK
}

func (h *host) RemoveHeaderMapValue(m abi.MapType, name string) abi.Status {
	var kept [][2]string
	for _, p := range h.maps[m] {
		if p[0] != key(name) {
			kept = append(kept, p)
		}
	}
	h.maps[m] = kept
	return abi.StatusOK
}

func (h *host) SetEffectiveContext(uint32) abi.Status { return abi.StatusOK }

func TestReadsShareACall(t *testing.T) {
	h := newHost(t)
	for i := range 10 {
		h.AddHeaderMapValue(0, fmt.Sprintf("x-%d", i), fmt.Sprint(i))
	}
	for i := range 10 {
		if v, st := Get(0, fmt.Sprintf("x-%d", i)); st != abi.StatusOK || v != fmt.Sprint(i) {
			t.Fatalf("x-%d: %q, %v", i, v, st)
		}
	}
	if h.calls != 2 {
		t.Errorf("%d calls for ten headers, want 2", h.calls)
	}
	dispatch.Current().SetActive(7)
	h.maps[0][3][1] = "changed"
	if v, _ := Get(0, "x-3"); v != "changed" {
		t.Errorf("%q after another context was chosen", v)
	}
}

// A callback begins with all headers where the one before it read several, and
// with one where it read one.
func TestLearns(t *testing.T) {
	h := newHost(t)
	h.maps[0] = [][2]string{{"a", "1"}, {"b", "2"}, {"c", "3"}}
	for i, step := range []struct {
		names string
		calls int
	}{{"abc", 2}, {"abc", 1}, {"ab", 1}, {"a", 1}, {"a", 1}, {"ab", 2}, {"", 0}, {"cab", 1}} {
		dispatch.Current().SetActive(uint32(10 + i))
		h.calls = 0
		for _, name := range step.names {
			if v, st := Get(0, string(name)); st != abi.StatusOK || v != string('1'+name-'a') {
				t.Errorf("step %d: %c is %q, %v", i, name, v, st)
			}
		}
		if h.calls != step.calls {
			t.Errorf("step %d: %d calls, want %d", i, h.calls, step.calls)
		}
	}
	if dispatch.SetCurrent(dispatch.NewVM()); list.several[0] {
		h.calls = 0
		Get(0, "a")
		if Get(0, "b"); h.calls != 2 {
			t.Errorf("another VM makes %d calls", h.calls)
		}
	} else {
		t.Error("nothing was learned")
	}
}

func TestAMissIsAsked(t *testing.T) {
	h := newHost(t)
	h.maps[0] = [][2]string{{":authority", "a.test"}, {"x", "1"}}
	Get(0, "x")
	Get(0, "x")
	if v, st := Get(0, "host"); st != abi.StatusOK || v != "a.test" {
		t.Errorf("%q, %v", v, st)
	}
	if _, st := Get(0, "none"); st != abi.StatusNotFound {
		t.Error(st)
	}
}

// Whatever is read and written in whatever order, reads answer as the host does.
func TestLikeTheHost(t *testing.T) {
	h := newHost(t)
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "A", "Host", "host", ":authority", ":path", "empty", "\u00e9"}
	maps := []abi.MapType{abi.MapRequestHeaders, abi.MapResponseHeaders}
	r := rand.New(rand.NewPCG(1, 2))
	for step := range 200_000 {
		m, name := maps[r.IntN(20)/19], names[r.IntN(len(names))]
		switch n := r.IntN(100); {
		case n < 6:
			Wrote(m, name)
			h.AddHeaderMapValue(m, name, strings.Repeat("v", r.IntN(3)))
		case n < 10:
			Wrote(m, name)
			h.RemoveHeaderMapValue(m, name)
		case n < 11:
			dispatch.Current().SetActive(uint32(n))
			h.RemoveHeaderMapValue(m, name)
		case n < 12:
			Forget()
			h.maps[m] = [][2]string{{"a", "1"}, {"a", "2"}, {"empty", ""}}
		case n < 14:
			b, st := All(m)
			want, _ := abi.GetHeaderMapBytes(m)
			if st != abi.StatusOK || string(b) != string(want) {
				t.Fatalf("step %d: %q, want %q", step, b, want)
			}
		default:
			got, st := Get(m, name)
			if want, wantSt := h.get(m, name); got != want || st != wantSt {
				t.Fatalf("step %d: %s is %q, %v; want %q, %v", step, name, got, st, want, wantSt)
			}
		}
	}
}

// A map that can't be read whole, or is malformed, is read header by header.
type broken struct{ *host }

func (broken) GetHeaderMapPairs(abi.MapType) ([][2]string, abi.Status) {
	return nil, abi.StatusInternalFailure
}

func TestNoList(t *testing.T) {
	h := newHost(t)
	abi.SetHost(broken{h})
	h.maps[0] = [][2]string{{"a", "1"}, {"b", "2"}}
	for range 3 {
		for _, name := range []string{"a", "b"} {
			if v, st := Get(0, name); st != abi.StatusOK || v == "" {
				t.Errorf("%s: %q, %v", name, v, st)
			}
		}
	}
}

func TestReadsAllocateNothing(t *testing.T) {
	h := newHost(t)
	h.maps[0] = [][2]string{{"a", "1"}, {"b", "2"}}
	Get(0, "a")
	Get(0, "a")
	if n := testing.AllocsPerRun(100, func() { Get(0, "a"); Get(0, "b") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
