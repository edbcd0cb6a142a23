package kube_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// parse reads an object of a test.
func parse(t testing.TB, text string) *kube.Object {
	t.Helper()
	o, err := kube.ParseObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// plugin is an object with a configuration.
func plugin(t testing.TB, content string) *kube.Object {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, `{"apiVersion":"extensions.istio.io/v1alpha1","kind":"WasmPlugin","metadata":{"name":"demo","namespace":"team"},
"spec":{"url":"oci://registry.example/demo","pluginConfig":{"content":`+string(text)+`}}}`)
}

// revise is Revise without an error.
func revise(t testing.TB, obj, live *kube.Object, change kube.Change) (*kube.Object, kube.Entry) {
	t.Helper()
	sent, entry, err := kube.Revise(obj, live, change)
	if err != nil {
		t.Fatal(err)
	}
	return sent, entry
}

func history(t testing.TB, o *kube.Object) kube.History {
	t.Helper()
	h, err := o.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestRevisions(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	one, first := revise(t, plugin(t, "one"), nil, kube.Change{By: "ann", Why: "apply", Image: "registry.example/demo:1", Digest: "sha256:1", Config: []byte("{}"), Time: at})
	if first.Revision != 1 || first.By != "ann" || !first.Time.Equal(at.Truncate(time.Second)) || len(first.Config) != 64 {
		t.Errorf("first entry %+v", first)
	}
	same, entry := revise(t, plugin(t, "one"), one, kube.Change{By: "bob"})
	if entry.Revision != 1 || entry.By != "ann" {
		t.Errorf("the same again: entry %+v, want the first one", entry)
	}
	if same.Annotation(kube.HistoryAnnotation) != one.Annotation(kube.HistoryAnnotation) {
		t.Error("the same again has another history: it would be a write")
	}
	two, _ := revise(t, plugin(t, "two"), one, kube.Change{By: "bob"})
	h := history(t, two)
	if len(h) != 2 || h[0].Revision != 2 || h[0].By != "bob" || h[1].By != "ann" || two.Annotation(kube.RevisionAnnotation) != "2" {
		t.Errorf("history %+v", h)
	}
	old, err := h[1].Applied()
	if err != nil {
		t.Fatal(err)
	}
	if diff, err := kube.Diff(plugin(t, "one"), old, nil); diff != "" || err != nil {
		t.Errorf("what was applied first is another now: %v\n%s", err, diff)
	}
	if e, ok := h.Find(1); !ok || e.Revision != 1 {
		t.Errorf("Find(1): %+v %v", e, ok)
	}
	if _, ok := h.Find(3); ok {
		t.Error("Find(3) found one")
	}
	if back := two.WithoutHistory(); back.Annotation(kube.HistoryAnnotation) != "" || back.Annotation(kube.RevisionAnnotation) != "" {
		t.Error("WithoutHistory has one")
	}
}

func TestHistoryKeepsItsBounds(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	noise := func(n int) string {
		b := make([]byte, n)
		_, _ = random.Read(b)
		for i := range b {
			b[i] = 'a' + b[i]%26
		}
		return string(b)
	}
	var live *kube.Object
	for i := range kube.MaxEntries + 3 {
		live, _ = revise(t, plugin(t, noise(16<<10)), live, kube.Change{})
		if n := len(live.Annotation(kube.HistoryAnnotation)); n > kube.MaxHistory {
			t.Fatalf("revision %d: %d bytes", i+1, n)
		}
	}
	h := history(t, live)
	if len(h) != kube.MaxEntries || h[0].Revision != kube.MaxEntries+3 {
		t.Fatalf("%d entries from %d", len(h), h[0].Revision)
	}
	if newest, err := h[0].Applied(); newest == nil || err != nil {
		t.Errorf("the newest lost what it applied: %v", err)
	}
	if oldest, err := h[len(h)-1].Applied(); oldest != nil || err != nil {
		t.Errorf("the oldest kept what it applied, %v: the bound was not reached", err)
	}
	huge, _ := revise(t, plugin(t, noise(1<<20)), live, kube.Change{})
	if n := len(huge.Annotation(kube.HistoryAnnotation)); n > kube.MaxHistory || history(t, huge)[0].Revision != kube.MaxEntries+4 {
		t.Errorf("after a configuration that fits nowhere: %d bytes, %+v", n, history(t, huge)[0])
	}
}

func TestHistoryThatCantBeRead(t *testing.T) {
	for name, text := range map[string]string{
		"no base64": "***", "no gzip": "aGVsbG8=", "too long": strings.Repeat("A", 300<<10),
	} {
		live := plugin(t, "one").Annotate(map[string]string{kube.HistoryAnnotation: text})
		if _, err := live.History(); !errors.Is(err, kube.ErrHistory) {
			t.Errorf("%s: History: %v", name, err)
		}
		if _, _, err := kube.Revise(plugin(t, "two"), live, kube.Change{}); !errors.Is(err, kube.ErrHistory) {
			t.Errorf("%s: Revise: %v, want ErrHistory: it would be lost", name, err)
		}
	}
}

func FuzzHistory(f *testing.F) {
	one, _ := revise(f, plugin(f, "one"), nil, kube.Change{By: "ann"})
	f.Add(one.Annotation(kube.HistoryAnnotation))
	f.Add("")
	f.Add("H4sIAAAAAAAA/w==")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := plugin(t, "x").Annotate(map[string]string{kube.HistoryAnnotation: text}).History()
		if err != nil && !errors.Is(err, kube.ErrHistory) {
			t.Errorf("an error without a name: %v", err)
		}
		if len(h) > kube.MaxEntries {
			t.Errorf("%d entries", len(h))
		}
		for _, e := range h {
			_, _ = e.Applied()
		}
	})
}
