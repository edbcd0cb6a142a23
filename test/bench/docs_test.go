package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// docs is the repository's directory of documents.
var docs = filepath.Join("..", "..", "docs")

// The documents say what the data says: nobody edits a table by hand. After
// make bench or make bench-growth, go run ./test/bench render -docs docs mends
// both pages.
func TestDocumentsAgreeWithData(t *testing.T) {
	for page, parts := range map[string]func(string) (map[string]string, error){performancePage: performanceParts, fleetPage: fleetParts} {
		want, err := parts(docs)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(in(docs, page))
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range want {
			again, err := replace(string(b), name, text)
			if err != nil {
				t.Errorf("%s: %v", page, err)
			} else if again != string(b) {
				t.Errorf("%s: part %q is not what the data says: run go run ./test/bench render -docs docs", page, name)
			}
		}
	}
}

// Both pages can be made of a whole run's data, and making them again changes
// nothing.
func TestRender(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(in(dir, "img"), 0o755); err != nil {
		t.Fatal(err)
	}
	var f fleet
	if err := loadJSON(in(docs, fleetFile), &f); err != nil {
		t.Fatal(err)
	}
	g := growth{}
	for _, name := range charts {
		c := &chart{Name: name}
		for n, l := range []string{"different modules", "one module"} {
			c.line(l).add(1, summary{Median: float64(5 + n)})
			c.line(l).add(50, summary{Median: float64(100 + n)})
		}
		g.Charts = append(g.Charts, c)
	}
	for file, v := range map[string]any{fleetFile: f, benchFile: whole(), growthFile: g} {
		if err := saveJSON(in(dir, file), v); err != nil {
			t.Fatal(err)
		}
	}
	pages := []string{performancePage, fleetPage}
	for _, page := range pages {
		b, err := os.ReadFile(in(docs, page))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in(dir, page), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var first [2]string
	for round := range 2 {
		if err := run(t.Context(), []string{"render", "-docs", dir}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		for i, page := range pages {
			b, err := os.ReadFile(in(dir, page))
			if err != nil {
				t.Fatal(err)
			}
			if round == 0 {
				first[i] = string(b)
			} else if first[i] != string(b) {
				t.Errorf("%s: another text the second time", page)
			}
		}
	}
	for _, want := range []string{"| hello, callback over WAT | 1.3 |", "### four: four plugins", "img/chain-load.svg"} {
		if !strings.Contains(first[0], want) {
			t.Errorf("%s: no %q", performancePage, want)
		}
	}
	for _, want := range []string{"| gateways | 1,000 |", "| memory of a gateway |", "| GB of memory |"} {
		if !strings.Contains(first[1], want) {
			t.Errorf("%s: no %q", fleetPage, want)
		}
	}
	var out strings.Builder
	if err := run(t.Context(), []string{"fleet", "-docs", dir}, &out, io.Discard); err != nil || !strings.Contains(out.String(), "## breaks") {
		t.Errorf("%s %v", &out, err)
	}
}

// charts are all that growth draws.
var charts = []string{"chain-cpu", "chain-memory", "chain-load", "rules-cpu", "rules-load", "rules-memory", "bodies-cpu", "bodies-memory", "streams-cpu", "streams-memory"}

// The data has every scenario and every side that the command has, apart from
// those whose tools were missing, and every curve.
func TestDataIsWhole(t *testing.T) {
	var r report
	if err := loadJSON(in(docs, benchFile), &r); err != nil {
		t.Fatal(err)
	}
	if r.Plan.Rounds < 7 {
		t.Skipf("docs/%s is of a short run, as the page says: run make bench", benchFile)
	}
	if len(r.Footprints) == 0 || len(r.Pushes) == 0 || len(r.Sizes) == 0 {
		t.Errorf("%s lacks memory, changes or sizes: run make bench", benchFile)
	}
	for _, sc := range scenarios("testdata") {
		sec := r.scenario(sc.Name)
		for _, s := range sc.sides {
			missing := slices.ContainsFunc(sec.Missing, func(m string) bool { return strings.HasPrefix(m, s.Name+":") })
			if sec.side(s.Name) == nil && !missing {
				t.Errorf("%s has no side %s of scenario %s: run make bench", benchFile, s.Name, sc.Name)
			}
		}
	}
	var g growth
	if err := loadJSON(in(docs, growthFile), &g); err != nil {
		t.Fatal(err)
	}
	for _, name := range charts {
		if g.chart(name) == nil {
			t.Errorf("%s has no curve %s: run make bench-growth", growthFile, name)
		}
	}
	for _, c := range g.Charts {
		for file, text := range map[string]string{c.Name + ".svg": c.svg(), c.Name + ".csv": c.csv()} {
			if b, err := os.ReadFile(in(docs, "img/"+file)); err != nil || string(b) != text {
				t.Errorf("docs/img/%s is not drawn from the data (%v)", file, err)
			}
		}
	}
}

func TestReplace(t *testing.T) {
	doc := "a\n<!-- begin x -->\nold\n<!-- end x -->\nz\n"
	got, err := replace(doc, "x", "new\n")
	if err != nil || got != "a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nz\n" {
		t.Errorf("%q %v", got, err)
	}
	if again, err := replace(got, "x", "new"); err != nil || again != got {
		t.Errorf("%q %v", again, err)
	}
	for _, doc := range []string{"", "<!-- begin x -->\n", "<!-- end x -->\n<!-- begin x -->\n"} {
		if _, err := replace(doc, "x", ""); err == nil {
			t.Errorf("%q: no error", doc)
		}
	}
}

func TestRewrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(file, []byte("<!-- begin x -->\n<!-- end x -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := rewrite(file, map[string]string{"x": "text"}); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(file); !strings.Contains(string(b), "\ntext\n") {
		t.Errorf("%s", b)
	}
	if err := rewrite(file, map[string]string{"y": "text"}); err == nil || !strings.Contains(err.Error(), "page.md") {
		t.Errorf("%v", err)
	}
}

func TestJSON(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.json")
	want := report{Scenarios: []section{{Scenario: "s", Results: []*result{{Side: "a", CPU: []float64{1.5, -2, 3e-7}, P50: []float64{}}}}}}
	if err := saveJSON(file, want); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(file)
	if !strings.Contains(string(b), `"cpuMicros": [1.5, -2, 3e-7]`) {
		t.Errorf("%s", b)
	}
	var got report
	if err := loadJSON(file, &got); err != nil || len(got.Scenarios[0].Results[0].CPU) != 3 {
		t.Errorf("%+v %v", got, err)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := loadJSON(file, &got); err == nil || !strings.Contains(err.Error(), "x.json") {
		t.Errorf("%v", err)
	}
}
