package main

import (
	"math"
	"testing"
)

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   summary
	}{
		{nil, summary{}},
		{[]float64{7}, summary{7, 7, 7, 7}},
		{[]float64{3, 1, 2}, summary{2, 1.5, 2.5, 1}},
		{[]float64{4, 1, 3, 2, 5}, summary{3, 2, 4, 1}},
	} {
		if got := summarize(c.values); got != c.want {
			t.Errorf("summarize(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

// What a side adds is the difference to none in the same round, and the ratio
// that of the medians; its spread holds it, and is the same each time.
func TestOver(t *testing.T) {
	none := []float64{10, 20, 30, 15, 12}
	floor := []float64{14, 25, 34, 19, 17}
	side := []float64{16, 28, 40, 23, 21}
	got := over(side, floor, none)
	if got.Median != 2 || got.Best != 1.5 || got.Low > 2 || got.High < 2 || got.Low < 1.5 || got.High > 2.5 {
		t.Errorf("%+v", got)
	}
	if again := over(side, floor, none); again != got {
		t.Errorf("%+v, then %+v", got, again)
	}
	for _, c := range [][3][]float64{{nil, nil, nil}, {{1}, {1}, {1}}, {{5}, {3}, {4}}} {
		if got := over(c[0], c[1], c[2]); got.Median != 0 || got.String() != "–" || math.IsNaN(got.Low) {
			t.Errorf("over(%v) = %+v", c, got)
		}
	}
	if got := over([]float64{4, 4, 4}, []float64{3, 3}, []float64{2}); got.Median != 2 {
		t.Errorf("rounds of different number: %+v", got)
	}
}

func TestRounded(t *testing.T) {
	if got := rounded([]float64{1.23456, -0.0004}); got[0] != 1.235 || got[1] != 0 {
		t.Errorf("%v", got)
	}
}
