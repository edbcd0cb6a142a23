package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// growth is how figures grow with something.
type growth struct {
	Machine machine  `json:"machine"`
	Charts  []*chart `json:"charts"`
}

// chart is a drawing with its data.
type chart struct {
	// Name is that of the files, Title what stands above the drawing.
	Name  string `json:"name"`
	Title string `json:"title"`
	X     axis   `json:"x"`
	Y     axis   `json:"y"`
	// Lines are drawn in order.
	Lines []*line `json:"lines"`
}

// axis is one of the two directions.
type axis struct {
	Label string `json:"label"`
	// Log is whether each decade is as long as the others; Bytes whether values
	// are written in KiB and MiB.
	Log   bool `json:"log,omitempty"`
	Bytes bool `json:"bytes,omitempty"`
}

// line is one side's curve.
type line struct {
	Name   string  `json:"name"`
	Points []point `json:"points"`
}

// point is a median with its quartiles.
type point struct {
	X, Y, Low, High float64
}

// add appends the summary of values at x.
func (l *line) add(x float64, s summary) {
	v := rounded([]float64{s.Median, s.Low, s.High})
	l.Points = append(l.Points, point{x, v[0], v[1], v[2]})
}

// at is the median at x.
func (l *line) at(x float64) (float64, bool) {
	for _, p := range l.Points {
		if p.X == x {
			return p.Y, true
		}
	}
	return 0, false
}

// between is the value at x: measured, or on the straight line between the
// points beside it, or beyond the last one on that of the last two.
func (l *line) between(x float64) (float64, bool) {
	if y, ok := l.at(x); ok || len(l.Points) < 2 {
		return y, ok
	}
	i := 1
	for i < len(l.Points)-1 && l.Points[i].X < x {
		i++
	}
	p, q := l.Points[i-1], l.Points[i]
	return p.Y + (x-p.X)*(q.Y-p.Y)/(q.X-p.X), true
}

// line finds a curve, or makes it.
func (c *chart) line(name string) *line {
	for _, l := range c.Lines {
		if l.Name == name {
			return l
		}
	}
	l := &line{Name: name}
	c.Lines = append(c.Lines, l)
	return l
}

// chart finds a chart, nil where there is none.
func (g growth) chart(name string) *chart {
	for _, c := range g.Charts {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// save replaces the charts of the same names in the file and draws them.
func (g growth) save(dir string, fresh []*chart) error {
	for _, c := range fresh {
		if old := g.chart(c.Name); old != nil {
			*old = *c
		} else {
			g.Charts = append(g.Charts, c)
		}
	}
	if err := (growth{Charts: fresh}).draw(dir); err != nil {
		return err
	}
	return saveJSON(in(dir, growthFile), g)
}

// draw writes a drawing and a table for other programs of each chart.
func (g growth) draw(dir string) error {
	for _, c := range g.Charts {
		for file, text := range map[string]string{c.Name + ".svg": c.svg(), c.Name + ".csv": c.csv()} {
			if err := os.WriteFile(in(dir, "img/"+file), []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// xs are all values of x, in the order of the line that has most.
func (c *chart) xs() []float64 {
	var longest *line
	for _, l := range c.Lines {
		if longest == nil || len(l.Points) > len(longest.Points) {
			longest = l
		}
	}
	var xs []float64
	if longest != nil {
		for _, p := range longest.Points {
			xs = append(xs, p.X)
		}
	}
	return xs
}

// csv is the data for other programs.
func (c *chart) csv() string {
	var b strings.Builder
	b.WriteString("line,x,median,p25,p75\n")
	for _, l := range c.Lines {
		for _, p := range l.Points {
			fmt.Fprintf(&b, "%s,%s,%s,%s,%s\n", strings.ReplaceAll(l.Name, ",", ";"), plainNumber(p.X), plainNumber(p.Y), plainNumber(p.Low), plainNumber(p.High))
		}
	}
	return b.String()
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// markdown shows the drawing and its medians.
func (c *chart) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "![%s, as in the table below](img/%s.svg)\n\n| %s |", c.Title, c.Name, c.X.Label)
	xs := c.xs()
	for _, x := range xs {
		fmt.Fprintf(&b, " %s |", c.X.text(x))
	}
	b.WriteString("\n|---|" + strings.Repeat("--:|", len(xs)) + "\n")
	for _, l := range c.Lines {
		fmt.Fprintf(&b, "| %s |", l.Name)
		for _, x := range xs {
			y, ok := l.at(x)
			if !ok {
				b.WriteString(" – |")
				continue
			}
			fmt.Fprintf(&b, " %s |", short(y))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "\nRows: %s. Data: [%s.csv](img/%s.csv).\n", c.Y.Label, c.Name, c.Name)
	return b.String()
}

// text is a value as it stands at the axis.
func (a axis) text(v float64) string {
	if a.Bytes {
		switch {
		case v >= 1<<20:
			return short(v/(1<<20)) + " MiB"
		case v >= 1<<10:
			return short(v/(1<<10)) + " KiB"
		}
	}
	return short(v)
}

// short writes a number with three digits or so, thousands apart.
func short(v float64) string {
	digits := 0
	switch a := max(v, -v); {
	case a != 0 && a < 1:
		digits = 2
	case a < 100 && a != float64(int64(a)):
		digits = 1
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	whole, part, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part = strings.TrimRight(part, "0"); part != "" {
		whole += "." + part
	}
	return sign + whole
}
