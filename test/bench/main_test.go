package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-round", "-1s"}, {"-connections", "0"}, {"hello"}, {"-what"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("parse(%v) has no error", args)
		}
	}
	if s, err := parse([]string{"-quick"}); err != nil || s.Rounds != 3 {
		t.Errorf("quick: %+v, %v", s, err)
	}
}

func TestChoose(t *testing.T) {
	chosen, err := choose(scenarios("testdata"), "hello", "wat")
	if err != nil || len(chosen) != 1 || len(chosen[0].sides) != 2 || chosen[0].sides[0].Name != sideNone {
		t.Errorf("chose %+v, %v", chosen, err)
	}
	if _, err := choose(scenarios("testdata"), "other", ""); err == nil {
		t.Error("no error for an unknown scenario")
	}
}

// The sources of every side are where the scenarios say.
func TestSources(t *testing.T) {
	for _, sc := range scenarios("testdata") {
		for _, s := range sc.sides {
			for _, path := range []string{s.dir, s.wat} {
				if path == "" {
					continue
				}
				if _, err := os.Stat(path); err != nil {
					t.Errorf("%s, side %s: %v", sc.Name, s.Name, err)
				}
			}
		}
	}
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	markdown(&b, []section{{"hello", "greet", []*result{{Side: sideNone, CPU: summary{Median: 20}}, {Side: "callback", Added: summary{6, 5, 7}, Floor: 1.25, Memory: 64 << 20}}}})
	for _, want := range []string{"### hello: greet", "| none | (20.0 in all) | – |", "| callback | 6.0 (5.0–7.0) | 1.25 |", "| 64 |"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
