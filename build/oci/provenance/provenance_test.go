package provenance

import (
	"bytes"
	"encoding/json"
	"errors"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
)

func build() Build {
	return Build{
		Tool:   "v1",
		Source: &Source{Repository: "https://example.com/p", Commit: strings.Repeat("1", 40), Dirty: true},
		Info: &debug.BuildInfo{
			GoVersion: "go1.26.8", Path: "example.com/p/cmd", Main: debug.Module{Path: "example.com/p"},
			Deps:     []*debug.Module{{Path: "example.com/q", Version: "v1.0.0", Sum: "h1:abc="}},
			Settings: []debug.BuildSetting{{Key: "GOOS", Value: "wasip1"}, {Key: "-trimpath", Value: "true"}},
		},
	}
}

// TestPredicate has what SLSA asks for, and the same bytes each time.
func TestPredicate(t *testing.T) {
	raw, err := build().Predicate()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := build().Predicate()
	if !bytes.Equal(raw, again) {
		t.Error("two builds give two texts")
	}
	var p struct {
		BuildDefinition struct {
			BuildType            string
			ExternalParameters   map[string]string
			InternalParameters   map[string]any
			ResolvedDependencies []struct {
				URI         string
				Digest      map[string]string
				Annotations map[string]any
			}
		}
		RunDetails struct{ Builder struct{ ID string } }
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	d := p.BuildDefinition
	commit := strings.Repeat("1", 40)
	if d.BuildType == "" || p.RunDetails.Builder.ID == "" || d.ExternalParameters["source"] != "git+https://example.com/p@"+commit || len(d.ResolvedDependencies) != 3 {
		t.Fatalf("got %s", raw)
	}
	if s := d.ResolvedDependencies[0]; s.Digest["gitCommit"] != commit || s.Annotations["modified"] != true {
		t.Errorf("source %+v", s)
	}
	if q := d.ResolvedDependencies[2]; q.URI != "pkg:golang/example.com/q@v1.0.0" || q.Digest["dirHash"] != "h1:abc=" {
		t.Errorf("dependency %+v", q)
	}
	if empty, err := (Build{}).Predicate(); err != nil || !bytes.Contains(empty, []byte(`"resolvedDependencies":[]`)) {
		t.Errorf("nothing known: %s, %v", empty, err)
	}
}

func TestStatements(t *testing.T) {
	about := digest.FromString("x")
	raw, err := State(PredicateSLSA, []byte(`{"a":"<b>"}`), NewSubject("p", about), NewSubject("q", digest.FromString("y")))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(raw, about)
	if err != nil || s.PredicateType != PredicateSLSA || string(s.Predicate) != `{"a":"<b>"}` || s.Subject[1].Name != "q" {
		t.Errorf("got %+v, %v", s, err)
	}
	for text, what := range map[string]digest.Digest{
		"":          about,
		"{}":        about,
		string(raw): digest.FromString("z"),
		strings.Replace(string(raw), StatementType, "https://in-toto.io/Statement/v2", 1): about,
		strings.Replace(string(raw), "sha256", "sha512", 2):                               about,
	} {
		if _, err := Parse([]byte(text), what); !errors.Is(err, ErrStatement) {
			t.Errorf("%.60q: %v", text, err)
		}
	}
	if _, err := State("x", []byte("no JSON")); err == nil {
		t.Error("a predicate that is no JSON passed")
	}
}

// FuzzParse: no text is about an image that it does not name.
func FuzzParse(f *testing.F) {
	about := digest.FromString("x")
	good, err := State(PredicateSLSA, []byte("{}"), NewSubject("p", about))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := Parse(text, about); err == nil && len(s.Subject) == 0 {
			t.Errorf("%q is about nothing", text)
		}
	})
}
