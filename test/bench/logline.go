package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
)

// linesOf is how many lines the plugin in testdata/log/lines writes.
const linesOf = 1000

// logLines returns what a log line below the level costs, in µs, for each round.
// The call takes less than two processes with the same module differ by, so it is
// measured in one: requests with a thousand lines, and requests without.
func (b *bench) logLines() ([]float64, error) {
	lines := side{Name: "lines", plugin: sources{b.data}.in("log", "lines")}
	with, without := scenario{Name: "log lines", request: get("/lines")}, scenario{Name: "log lines", request: get("/")}
	i, err := b.start(lines, without, 1)
	if err != nil {
		return nil, err
	}
	defer i.stop()
	var some, none result
	for round := range b.Rounds + 1 { // the first warms up
		order := []struct {
			of *result
			sc scenario
		}{{&some, with}, {&none, without}}
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, o := range order {
			if err := errors.Join(o.of.round(i, o.sc, b.plan, round > 0), b.ctx.Err()); err != nil {
				return nil, fmt.Errorf("log lines: %w", err)
			}
		}
	}
	return perLine(some.CPU, none.CPU), nil
}

// perLine is what each of the lines adds to a request, in µs.
func perLine(with, without []float64) []float64 {
	each := less(with, without)
	for i := range each {
		each[i] /= linesOf
	}
	return each
}
