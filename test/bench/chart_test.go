package main

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"
)

func testChart() *chart {
	c := &chart{Name: "c", Title: "A & B", X: axis{Label: "bytes", Log: true, Bytes: true}, Y: axis{Label: "µs", Log: true}}
	for i := range 4 {
		c.line("low").add(math.Exp2(float64(10+4*i)), summary{Median: float64(i), Low: float64(i) - 0.5, High: float64(i) + 1})
	}
	c.line("a, b").add(1024, summary{Median: 1000, Low: 1000, High: 1000})
	return c
}

// A drawing is well-formed, and all of it lies in its frame.
func TestSVG(t *testing.T) {
	for name, c := range map[string]*chart{"log": testChart(), "linear": {Lines: []*line{{Name: "n", Points: []point{{1, -2, -3, 5}, {50, 300, 200, 310}}}}}, "empty": {}} {
		text := c.svg()
		d := xml.NewDecoder(strings.NewReader(text))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
				t.Logf("%s: %v", name, e.Attr)
			}
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("%s: not a number in\n%s", name, text)
		}
		if !strings.Contains(text, "prefers-color-scheme: dark") {
			t.Errorf("%s: not readable in the dark", name)
		}
	}
	text := testChart().svg()
	for _, want := range []string{"A &amp; B", "1 KiB", "256 KiB", "4 MiB", ">a, b<"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "<circle"); n != 4 {
		t.Errorf("%d points, want 4: a logarithmic axis has no zero", n)
	}
}

func TestScale(t *testing.T) {
	s := newScale([]float64{3, 47}, axis{}, 100, 200)
	if s.at(0) != 100 || s.at(47) >= 200 || len(s.ticks()) < 4 || s.ticks()[0] != 0 {
		t.Errorf("%+v: %v", s, s.ticks())
	}
	s = newScale([]float64{1, 10_000}, axis{Log: true}, 0, 400)
	if got := s.ticks(); len(got) != 5 || math.Abs(s.at(100)-200) > 1e-9 {
		t.Errorf("%v, 100 at %v", got, s.at(100))
	}
	if s = newScale([]float64{5, 5}, axis{Log: true}, 0, 1); math.IsNaN(s.at(5)) {
		t.Error("one value gives no place")
	}
}

// Names of curves in the documents fit beside the plot.
func TestLabelsFit(t *testing.T) {
	var g growth
	if err := loadJSON(in(docs, growthFile), &g); err != nil {
		t.Fatal(err)
	}
	for _, c := range g.Charts {
		for _, l := range c.Lines {
			if len(l.Name) > longestLabel {
				t.Errorf("chart %s: %q has more than %d letters", c.Name, l.Name, longestLabel)
			}
		}
	}
}

// Names of curves never stand over each other, nor below the plot.
func TestLabels(t *testing.T) {
	var b strings.Builder
	labels := []label{{"a", 300, 0}, {"b", 355, 1}, {"c", 358, 2}, {"d", 360, 3}}
	writeLabels(&b, labels)
	for i, l := range labels {
		if l.y > height-below || i > 0 && l.y-labels[i-1].y < 16.9 {
			t.Errorf("%v", labels)
		}
	}
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.254: "0.25", 1: "1", 7.25: "7.2", 12.04: "12", 100.4: "100", 1234567: "1,234,567", -1500: "-1,500", -0.5: "-0.5"} {
		if got := short(v); got != want {
			t.Errorf("short(%v) = %s, want %s", v, got, want)
		}
	}
	a := axis{Bytes: true}
	for v, want := range map[float64]string{512: "512", 1024: "1 KiB", 10 << 20: "10 MiB"} {
		if got := a.text(v); got != want {
			t.Errorf("text(%v) = %s, want %s", v, got, want)
		}
	}
}

func TestBetween(t *testing.T) {
	l := &line{Points: []point{{X: 1, Y: 10}, {X: 5, Y: 50}, {X: 10, Y: 60}}}
	for x, want := range map[float64]float64{1: 10, 3: 30, 5: 50, 8: 56, 10: 60, 20: 80, 0: 0} {
		if got, ok := l.between(x); !ok || got != want {
			t.Errorf("between(%v) = %v, want %v", x, got, want)
		}
	}
	if _, ok := (&line{Points: l.Points[:1]}).between(2); ok {
		t.Error("one point is no line")
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(in(dir, "img"), 0o755); err != nil {
		t.Fatal(err)
	}
	var g growth
	for range 2 { // the second replaces the first
		if err := g.save(dir, []*chart{testChart()}); err != nil {
			t.Fatal(err)
		}
		g = growth{}
		if err := loadJSON(in(dir, growthFile), &g); err != nil || len(g.Charts) != 1 || len(g.Charts[0].Lines) != 2 {
			t.Fatalf("%+v %v", g, err)
		}
	}
	csv, err := os.ReadFile(in(dir, "img/c.csv"))
	if err != nil || !strings.Contains(string(csv), "\nlow,1024,0,-0.5,1\n") || !strings.Contains(string(csv), "\na; b,1024,1000,1000,1000\n") {
		t.Errorf("%s %v", csv, err)
	}
	if text := g.Charts[0].markdown(); !strings.Contains(text, "| a, b | 1,000 | – | – | – |") || !strings.Contains(text, "| bytes | 1 KiB |") {
		t.Errorf("%s", text)
	}
}
