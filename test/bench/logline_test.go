package main

import (
	"slices"
	"testing"
)

func TestPerLine(t *testing.T) {
	if got := perLine([]float64{120, 30}, []float64{20, 40, 50}); !slices.Equal(got, []float64{0.1, -0.01}) {
		t.Errorf("%v", got)
	}
}
