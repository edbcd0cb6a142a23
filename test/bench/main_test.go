package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-round", "-1s"}, {"-connections", "0"}, {"-starts", "0"}, {"hello"}, {"-what"}, {"growth", "rules"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("parse(%v) has no error", args)
		}
	}
	if s, err := parse([]string{"-quick"}); err != nil || s.Rounds != 5 || !s.quick || s.Starts != 1 {
		t.Errorf("quick: %+v, %v", s, err)
	}
	if s, err := parse([]string{"growth", "-curves", "rules", "-rounds", "3"}); err != nil || s.command != "growth" || s.curves != "rules" || s.Rounds != 3 {
		t.Errorf("growth: %+v, %v", s, err)
	}
	if s, err := parse(nil); err != nil || s.Rounds < 7 {
		t.Errorf("a whole run has %d rounds, want at least seven; %v", s.Rounds, err)
	}
}

// Without an Envoy the command says how to get one.
func TestNoEnvoy(t *testing.T) {
	t.Setenv("ENVOY", "")
	t.Setenv("PATH", t.TempDir())
	if err := run(t.Context(), nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "pip install") {
		t.Errorf("%v", err)
	}
	for _, args := range [][]string{{"render"}, {"render", "-docs", t.TempDir()}, {"fleet", "-docs", t.TempDir()}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v: no error without documents", args)
		}
	}
}

func TestChoose(t *testing.T) {
	chosen, err := choose(scenarios("testdata"), "hello", "wat")
	if err != nil || len(chosen) != 1 || len(chosen[0].sides) != 2 || chosen[0].sides[0].Name != sideNone {
		t.Errorf("chose %+v, %v", chosen, err)
	}
	if _, err := choose(scenarios("testdata"), "other", ""); err == nil {
		t.Error("no error for an unknown scenario")
	}
}

// The sources of every side are where the scenarios say, each side has one name
// in its scenario, and every scenario has what others are measured against.
func TestSources(t *testing.T) {
	for _, sc := range scenarios("testdata") {
		var names []string
		for _, s := range sc.sides {
			names = append(names, s.Name)
			for _, part := range s.all() {
				if _, err := os.Stat(part.source()); err != nil && part.source() != "" {
					t.Errorf("%s, side %s: %v", sc.Name, s.Name, err)
				}
			}
		}
		if !slices.Contains(names, sideNone) || !slices.Contains(names, sideWAT) {
			t.Errorf("%s lacks %s or %s: %v", sc.Name, sideNone, sideWAT, names)
		}
		slices.Sort(names)
		if len(slices.Compact(names)) != len(sc.sides) {
			t.Errorf("%s has two sides of one name: %v", sc.Name, names)
		}
	}
}

// Every goal is about scenarios and sides that there are: a whole run measures
// all of them.
func TestGoalsAreMeasured(t *testing.T) {
	r := whole()
	for _, g := range goals() {
		if q, ok := g.measure(r); !ok || q.Median <= 0 {
			t.Errorf("%s: not measured: %+v", g.what, q)
		}
		if _, ok := g.measure(&report{}); ok {
			t.Errorf("%s: measured in an empty report", g.what)
		}
		if g.why == "" {
			t.Errorf("%s: nothing to say where it misses", g.what)
		}
	}
	text := r.verdicts()
	if n := strings.Count(text, "| met |"); n != len(goals()) {
		t.Errorf("%d goals of %d met in\n%s", n, len(goals()), text)
	}
	r.Pushes[0].ConfigMillis = []float64{31}
	if text := r.verdicts(); strings.Count(text, "| missed |") != 1 || !strings.Contains(text, "About those missed:\n\n- a new configuration") {
		t.Errorf("a late configuration:\n%s", text)
	}
}

// A run of some scenarios leaves the others as they were.
func TestWith(t *testing.T) {
	old := whole()
	n := len(old.Scenarios)
	got := old.with(&report{Scenarios: []section{{Scenario: "read", What: "new"}, {Scenario: "more"}}})
	if len(got.Scenarios) != n+1 || got.scenario("read").What != "new" || got.scenario("hello").What == "" || len(got.Sizes) != 3 {
		t.Errorf("%+v", got)
	}
	if got = got.with(&report{Sizes: []size{{"x", 1, 1}}}); len(got.Sizes) != 1 || got.Pushes != nil || len(got.Scenarios) != n+1 {
		t.Errorf("%+v", got)
	}
}

// whole is a report of every side, where all goals are met.
func whole() *report {
	r := &report{Plan: plan{Rounds: 3}}
	for _, sc := range scenarios("testdata") {
		sec := section{Scenario: sc.Name, What: sc.What}
		for n, s := range sc.sides {
			cpu := 20 + 10 + 0.01*float64(n)
			switch s.Name {
			case sideNone:
				cpu = 20
			case sideCallback, "jsonscan", "valid":
				cpu = 30 - 0.01*float64(n)
				if sc.Name == "json" {
					cpu = 23
				}
				if sc.Name == "log" {
					cpu = 30.5
				}
			}
			res := &result{Side: s.Name, CPU: []float64{cpu, cpu, cpu}, Size: 2_000_000, Memory: 70e6, LoadCPU: 1.5}
			switch s.Name {
			case sideNone:
				res.Memory, res.LoadCPU = 60e6, 1
			case "bundle":
				res.CPU = []float64{21, 21, 21}
			case sideHigress:
				res.Memory, res.LoadCPU = 160e6, 11
			}
			sec.Results = append(sec.Results, res)
		}
		r.Scenarios = append(r.Scenarios, sec)
	}
	for n, side := range []string{sideNone, sideCallback} {
		r.Footprints = append(r.Footprints, &footprint{Side: side, At: []*residence{
			{Workers: 1, Memory: []float64{60 + 70*float64(n)}, LoadCPU: []float64{1}, LoadWait: []float64{1}},
			{Workers: 3, Memory: []float64{62 + 73*float64(n)}, LoadCPU: []float64{1}, LoadWait: []float64{1}},
		}})
	}
	r.Pushes = []*push{{Side: sideCallback, CodeCPU: []float64{2}, CodeWait: []float64{1}, ConfigMillis: []float64{20}}, {Side: sideHigress, CodeCPU: []float64{5}}}
	r.LogLines = []float64{0.1, 0.05, 0.2}
	for _, what := range []string{leanPlain, leanBuilt, compatBuilt} {
		r.Sizes = append(r.Sizes, size{what, 2_200_000, 900_000})
	}
	return r
}

func TestMarkdown(t *testing.T) {
	text := (&report{
		Scenarios: []section{{"hello", "greet", []*result{
			{Side: sideNone, CPU: []float64{20, 20}, Memory: 64e6},
			{Side: sideWAT, CPU: []float64{24, 24}, Size: 300},
			{Side: "callback", CPU: []float64{25, 25}, Size: 2_300_000},
		}, []string{"rust: Rust is missing: install it"}}},
		Footprints: whole().Footprints, Pushes: whole().Pushes, Sizes: whole().Sizes,
	}).markdown()
	for _, want := range []string{"### hello: greet", "| none | (20.0 in all) | – |", "| wat | 4.0 (4.0–4.0; 4.0) | 1.00 |",
		"| callback | 5.0 (5.0–5.0; 5.0) | 1.25 |", "| 64 |", "| 2.30 |", "| 0.0003 |", "Left out: rust: Rust is missing",
		"| callback | 0.00 | 0.00 | 70.0 (70.0–70.0) | 73.0 (73.0–73.0) | 1.5 |", "MB over none, 3 workers", "| callback | 2.00 | 1.00 | 20.0 (20.0) |"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// A tool that is missing leaves its side out, and fails only where continuous
// integration has it.
func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	b := &bench{build: newWorkshop(t.Context(), t.TempDir())}
	sc := scenario{Name: "hello", sides: []side{{Name: sideNone}, {Name: sideWAT, wat: "x.wat"}, {Name: sideRust, crate: "x"}}}
	lacking, err := b.available(&sc, false)
	if err != nil || len(sc.sides) != 1 || len(lacking) != 2 || !strings.Contains(lacking[0], "wat: wat2wasm is missing: install") {
		t.Errorf("%v %v %v", sc.sides, lacking, err)
	}
	sc.sides = []side{{Name: sideNone}, {Name: sideRust, crate: "x"}}
	if _, err := b.available(&sc, true); err != nil || len(sc.sides) != 1 {
		t.Errorf("strict, Rust: %v", err)
	}
	sc.sides = []side{{Name: sideNone}, {Name: sideWAT, wat: "x.wat"}}
	if _, err := b.available(&sc, true); err == nil || !strings.Contains(err.Error(), "hello, side wat") {
		t.Errorf("strict, WAT: %v", err)
	}
}

// Copies with other bytes are whole modules.
func TestDistinct(t *testing.T) {
	module := []byte("\x00asm\x01\x00\x00\x00")
	a, b := distinct(module, 1), distinct(module, 2)
	if string(a) == string(b) || len(a) != 8+2+int(a[9]) || a[8] != 0 {
		t.Errorf("%q %q", a, b)
	}
	file := filepath.Join(t.TempDir(), "m")
	if err := os.WriteFile(file, module, 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWorkshop(t.Context(), t.TempDir())
	w.made["x.wat"] = file
	files, err := side{wat: "x.wat"}.chain("four", 4, true).modules(w)
	if err != nil || len(files) != 4 || files[0] == files[1] {
		t.Errorf("%v %v", files, err)
	}
	if files, err = (side{wat: "x.wat"}).chain("four", 4, false).modules(w); err != nil || files[0] != file || files[3] != file {
		t.Errorf("%v %v", files, err)
	}
}
