package main

import (
	"path/filepath"
	"slices"
	"testing"
)

// Every budget is of a side that there is, and wider than the goal that it
// guards: it must not fail on noise.
func TestBudgets(t *testing.T) {
	var budgets []budget
	if err := loadJSON(filepath.Join("testdata", "budget.json"), &budgets); err != nil || len(budgets) < 5 {
		t.Fatalf("%d budgets, %v", len(budgets), err)
	}
	for _, x := range budgets {
		i := slices.IndexFunc(scenarios("testdata"), func(sc scenario) bool { return sc.Name == x.Scenario })
		if i < 0 {
			t.Errorf("no scenario %s", x.Scenario)
			continue
		}
		for _, name := range []string{x.Side, x.Over} {
			if !slices.ContainsFunc(scenarios("testdata")[i].sides, func(s side) bool { return s.Name == name }) {
				t.Errorf("%s has no side %s", x.Scenario, name)
			}
		}
		if x.Most <= 0 {
			t.Errorf("%+v has no limit", x)
		}
	}
}

// Only what is outside with its spread and at its quietest fails.
func TestOutside(t *testing.T) {
	x := budget{Most: 2}
	for _, c := range []struct {
		q    ratio
		want bool
	}{
		{ratio{}, false},
		{ratio{Median: 1.5, Low: 1.2, High: 3, Best: 1.4}, false},
		{ratio{Median: 2.5, Low: 1.8, High: 3, Best: 2.4}, false},
		{ratio{Median: 2.5, Low: 2.1, High: 3, Best: 1.9}, false},
		{ratio{Median: 2.5, Low: 2.1, High: 3, Best: 2.2}, true},
	} {
		if got := x.outside(c.q); got != c.want {
			t.Errorf("outside(%+v) = %v", c.q, got)
		}
	}
}
