package main

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// The drawing's size and the room around the plot, in pixels.
const (
	width, height           = 760, 420
	left, right, top, below = 76, 168, 44, 58 // right takes names of longestLabel letters
	longestLabel            = 19
)

// colors are readable on white and on black; dashes tell lines apart without
// them.
var (
	colors = []string{"#8a8a8a", "#2f86e0", "#e0662a", "#22a06b", "#a566d6"}
	dashes = []string{"5 4", "", "", "9 4", "2 4"}
)

// svg draws the chart.
func (c *chart) svg() string {
	x, y := c.scales()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">
<style>
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.grid { stroke: #8a8a8a; stroke-opacity: .28 }
.axis { stroke: #8a8a8a }
@media (prefers-color-scheme: dark) { text { fill: #d7dde4 } }
</style>
<text class="title" x="%d" y="24">%s</text>
`, width, height, width, height, html.EscapeString(c.Title), left, html.EscapeString(c.Title))
	c.grid(&b, x, y)
	labels := make([]label, 0, len(c.Lines))
	for i, l := range c.Lines {
		if at, ok := l.draw(&b, x, y, i); ok {
			labels = append(labels, label{l.Name, at, i})
		}
	}
	writeLabels(&b, labels)
	b.WriteString("</svg>\n")
	return b.String()
}

// grid draws ticks and the names of the axes.
func (c *chart) grid(b *strings.Builder, x, y scale) {
	for _, v := range x.ticks() {
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n",
			x.at(v), top, x.at(v), height-below, x.at(v), height-below+20, c.X.text(v))
	}
	for _, v := range y.ticks() {
		fmt.Fprintf(b, `<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			left, y.at(v), width-right, y.at(v), left-8, y.at(v)+4.5, c.Y.text(v))
	}
	fmt.Fprintf(b, `<path class="axis" d="M%d %dV%dH%d" fill="none"/>`+"\n", left, top, height-below, width-right)
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", (left+width-right)/2, height-14, html.EscapeString(c.X.Label))
	fmt.Fprintf(b, `<text transform="translate(18 %d) rotate(-90)" text-anchor="middle">%s</text>`+"\n", (top+height-below)/2, html.EscapeString(c.Y.Label))
}

// draw draws a curve with its quartiles, and returns where it ends.
func (l *line) draw(b *strings.Builder, x, y scale, i int) (float64, bool) {
	color, dash := colors[i%len(colors)], dashes[i%len(dashes)]
	var path, marks strings.Builder
	end, ok := 0.0, false
	for _, p := range l.Points {
		if y.log && p.Y <= 0 {
			continue // lost in noise
		}
		px, py := x.at(p.X), y.at(p.Y)
		fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "L", false: "M"}[ok], px, py)
		if p.High > p.Low && (!y.log || p.Low > 0) {
			fmt.Fprintf(&marks, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-opacity=".55" stroke-width="4"/>`, px, y.at(p.Low), px, y.at(p.High), color)
		}
		fmt.Fprintf(&marks, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`, px, py, color)
		end, ok = py, true
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>%s`+"\n", path.String(), color, dash, marks.String())
	return end, ok
}

// label is a curve's name and where it wants to stand.
type label struct {
	text string
	y    float64
	line int
}

// writeLabels writes names beside the ends of the curves, none over another.
func writeLabels(b *strings.Builder, labels []label) {
	const apart = 17
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	for i := 1; i < len(labels); i++ {
		labels[i].y = max(labels[i].y, labels[i-1].y+apart)
	}
	for i := len(labels) - 1; i >= 0; i-- {
		most := float64(height - below)
		if i+1 < len(labels) {
			most = labels[i+1].y - apart
		}
		labels[i].y = min(labels[i].y, most)
	}
	for _, l := range labels {
		fmt.Fprintf(b, `<text x="%d" y="%.1f" style="fill:%s;font-weight:600">%s</text>`+"\n", width-right+10, l.y+4.5, colors[l.line%len(colors)], html.EscapeString(l.text))
	}
}

// scale maps values to pixels.
type scale struct {
	low, high float64 // values
	from, to  float64 // pixels
	log, bin  bool
}

// scales are those that show every point.
func (c *chart) scales() (x, y scale) {
	var xs, ys []float64
	for _, l := range c.Lines {
		for _, p := range l.Points {
			xs = append(xs, p.X)
			for _, v := range []float64{p.Y, p.Low, p.High} {
				if !c.Y.Log || v > 0 {
					ys = append(ys, v)
				}
			}
		}
	}
	x = newScale(xs, c.X, left, width-right)
	y = newScale(ys, c.Y, height-below, top)
	return x, y
}

// newScale covers the values; a linear one begins at zero or below.
func newScale(values []float64, a axis, from, to float64) scale {
	s := scale{low: 1, high: 10, from: from, to: to, log: a.Log, bin: a.Bytes}
	if len(values) > 0 {
		s.low, s.high = slices.Min(values), slices.Max(values)
	}
	if !s.log {
		s.low = min(s.low, 0)
		s.high += (s.high - s.low) * 0.04
	} else if from > to { // upwards: some room
		s.low, s.high = s.low/1.15, s.high*1.15
	}
	if s.high <= s.low {
		s.high = s.low + 1
	}
	return s
}

// at is where a value stands.
func (s scale) at(v float64) float64 {
	part := (v - s.low) / (s.high - s.low)
	if s.log {
		part = math.Log(v/s.low) / math.Log(s.high/s.low)
	}
	return s.from + part*(s.to-s.from)
}

// ticks are round values, some five of them.
func (s scale) ticks() []float64 {
	if !s.log {
		return s.steps()
	}
	if s.bin {
		return s.powers(math.Exp2(10), 16, 1)
	}
	start := math.Pow(10, math.Floor(math.Log10(s.low)))
	if s.high/s.low > 300 {
		return s.powers(start, 10, 1)
	}
	return s.powers(start, 10, 1, 2, 5)
}

// powers are start times powers of base, times each of the factors.
func (s scale) powers(start, base float64, factors ...float64) []float64 {
	var all []float64
	for p := start; p <= s.high*1.0001; p *= base {
		for _, f := range factors {
			if v := p * f; v >= s.low*0.9999 && v <= s.high*1.0001 {
				all = append(all, v)
			}
		}
	}
	return all
}

// steps are multiples of 1, 2 or 5 times a power of ten.
func (s scale) steps() []float64 {
	step := math.Pow(10, math.Floor(math.Log10((s.high-s.low)/5)))
	for _, f := range []float64{1, 2, 5, 10} {
		if (s.high-s.low)/(step*f) <= 6 {
			step *= f
			break
		}
	}
	var all []float64
	for v := math.Ceil(s.low/step) * step; v <= s.high; v += step {
		all = append(all, math.Round(v/step)*step)
	}
	return all
}
