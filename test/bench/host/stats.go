package main

import "slices"

// summary is the middle of several measurements and how far they spread.
type summary struct {
	Median, Low, High float64
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
