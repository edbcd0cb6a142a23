package main

import (
	"math"
	"math/rand/v2"
	"slices"
)

// summary is the middle of several measurements and how far they spread.
type summary struct {
	Median float64 `json:"median"`
	Low    float64 `json:"p25"`
	High   float64 `json:"p75"`
	Min    float64 `json:"min"`
}

// summarize returns the quartiles of values, which may be in any order.
func summarize(values []float64) summary {
	if len(values) == 0 {
		return summary{}
	}
	s := slices.Sorted(slices.Values(values))
	return summary{Median: at(s, 0.5), Low: at(s, 0.25), High: at(s, 0.75), Min: s[0]}
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

// ratio is a quotient of two medians. Low and High hold the middle half of what
// it would have been in other draws of the same rounds; Best is the quotient
// of the quietest rounds, which noise can only have made longer.
type ratio struct {
	Median, Low, High, Best float64
}

// resamples is how many draws a ratio's spread comes from.
const resamples = 500

// over is the ratio of what a and b add to base, round by round. It is zero
// where b adds nothing.
func over(a, b, base []float64) ratio {
	n := min(len(a), len(b), len(base))
	if n == 0 {
		return ratio{}
	}
	a, b, base = a[:n], b[:n], base[:n]
	r := ratio{Median: quotient(middle(less(a, base)), middle(less(b, base)))}
	r.Best = quotient(slices.Min(a)-slices.Min(base), slices.Min(b)-slices.Min(base))
	draws := rand.New(rand.NewPCG(1, uint64(n))) // the same rounds give the same spread
	var all []float64
	x, y := make([]float64, n), make([]float64, n)
	for range resamples {
		for i := range n {
			k := draws.IntN(n)
			x[i], y[i] = a[k]-base[k], b[k]-base[k]
		}
		if q := quotient(middle(x), middle(y)); q > 0 {
			all = append(all, q)
		}
	}
	s := summarize(all)
	r.Low, r.High = s.Low, s.High
	return r
}

func middle(values []float64) float64 { return at(slices.Sorted(slices.Values(values)), 0.5) }

// quotient is a/b, and 0 where b is not positive.
func quotient(a, b float64) float64 {
	if b <= 0 {
		return 0
	}
	return a / b
}

// rounded keeps three digits behind the point, which is more than is known.
func rounded(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Round(v*1000) / 1000
	}
	return out
}
