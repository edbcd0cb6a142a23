package main

import "testing"

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   summary
	}{
		{nil, summary{}},
		{[]float64{7}, summary{7, 7, 7}},
		{[]float64{3, 1, 2}, summary{2, 1.5, 2.5}},
		{[]float64{4, 1, 3, 2, 5}, summary{3, 2, 4}},
	} {
		if got := summarize(c.values); got != c.want {
			t.Errorf("summarize(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

// What a side adds is the difference to side none in the same round, and the
// ratio is that of the medians.
func TestFinish(t *testing.T) {
	none := &result{Side: sideNone, cpu: []float64{10, 20, 30}}
	floor := &result{Side: sideWAT, cpu: []float64{14, 25, 34}}
	other := &result{Side: "other", cpu: []float64{16, 28, 40}}
	finish([]*result{none, floor, other})
	if floor.Added.Median != 4 || other.Added.Median != 8 || other.Floor != 2 || floor.Floor != 1 || none.Floor != 0 {
		t.Errorf("floor %+v, other %+v, none %+v", floor, other, none)
	}
	alone := &result{Side: "other", cpu: []float64{1}}
	finish([]*result{alone})
	if alone.Floor != 0 || alone.Added != (summary{}) {
		t.Errorf("without none and floor: %+v", alone)
	}
}
