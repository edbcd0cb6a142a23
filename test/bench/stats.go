package main

import "slices"

// summary is the middle of several measurements and how far they spread.
type summary struct {
	Median float64 `json:"median"`
	Low    float64 `json:"p25"`
	High   float64 `json:"p75"`
}

// summarize returns the quartiles of values, which may be in any order.
func summarize(values []float64) summary {
	if len(values) == 0 {
		return summary{}
	}
	s := slices.Clone(values)
	slices.Sort(s)
	return summary{Median: at(s, 0.5), Low: at(s, 0.25), High: at(s, 0.75)}
}

// at interpolates between the sorted values.
func at(s []float64, q float64) float64 {
	pos := q * float64(len(s)-1)
	low := int(pos)
	if low+1 >= len(s) {
		return s[low]
	}
	return s[low] + (pos-float64(low))*(s[low+1]-s[low])
}

// less subtracts from each value the one of the same round in base.
func less(values, base []float64) []float64 {
	out := make([]float64, min(len(values), len(base)))
	for i := range out {
		out[i] = values[i] - base[i]
	}
	return out
}
