package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// budget is a ratio that fails the quick run when it is clearly exceeded: when
// three quarters of what its rounds could have given lie above it, twice.
type budget struct {
	Scenario string  `json:"scenario"`
	Side     string  `json:"side"`
	Over     string  `json:"over"`
	Most     float64 `json:"most"`
}

// checkBudgets measures what has a budget. What exceeds it is measured again,
// three times as long, before it counts.
func (b *bench) checkBudgets(file string, out io.Writer) error {
	var budgets []budget
	if err := loadJSON(file, &budgets); err != nil {
		return err
	}
	var failed []string
	for _, sc := range scenarios(b.data) {
		own := slices.DeleteFunc(slices.Clone(budgets), func(x budget) bool { return x.Scenario != sc.Name })
		if len(own) == 0 {
			continue
		}
		exceeded, err := b.check(sc, own, out)
		if err != nil {
			return err
		}
		if len(exceeded) == 0 {
			continue
		}
		again := *b
		again.Rounds *= 3
		if exceeded, err = again.check(sc, exceeded, out); err != nil {
			return err
		}
		for _, x := range exceeded {
			failed = append(failed, fmt.Sprintf("%s: %s over %s is clearly more than %v", x.Scenario, x.Side, x.Over, x.Most))
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("outside of the budget of %s, also when measured again:\n  %s", file, strings.Join(failed, "\n  "))
	}
	return nil
}

// check measures the sides of budgets and returns those that were exceeded.
func (b *bench) check(sc scenario, budgets []budget, out io.Writer) (exceeded []budget, err error) {
	sc.sides = slices.DeleteFunc(sc.sides, func(s side) bool {
		return s.Name != sideNone && !slices.ContainsFunc(budgets, func(x budget) bool { return x.Side == s.Name || x.Over == s.Name })
	})
	sec, err := b.measure(sc)
	if err != nil {
		return nil, err
	}
	for _, x := range budgets {
		side, base, none := sec.side(x.Side), sec.side(x.Over), sec.side(sideNone)
		if side == nil || base == nil {
			fmt.Fprintf(out, "%s: %s over %s: not measured: %s\n", x.Scenario, x.Side, x.Over, strings.Join(sec.Missing, "; "))
			continue
		}
		q := over(side.CPU, base.CPU, none.CPU)
		fmt.Fprintf(out, "%s: %s over %s: %v, budget %v\n", x.Scenario, x.Side, x.Over, q, x.Most)
		if x.outside(q) {
			exceeded = append(exceeded, x)
		}
	}
	return exceeded, nil
}

// outside is whether a ratio is clearly more than its budget. A floor that was
// lost in noise gives no ratio, which proves nothing.
func (x budget) outside(q ratio) bool { return q.Median > 0 && q.Low > x.Most && q.Best > x.Most }
