// Command bench measures what the plugins of the hub add to a request on Envoy,
// beside the filters of Envoy's own that do the same, and writes a page about it.
//
//	go run ./test/hub/bench -envoy PATH -docs docs
//
// One Envoy is started for each side of an entry: none, Envoy's own filter, the
// plugin. Their rounds alternate in an order that changes, so that what else the
// machine does hits all of them alike. Each Envoy has one worker, which answers by
// itself: what is measured is the filter and not a backend.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// settings are what the command line asks for.
type settings struct {
	envoy, entries, docs string
	rounds, connections  int
	round                time.Duration
}

func run(ctx context.Context, args []string) error {
	var s settings
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&s.envoy, "envoy", os.Getenv("ENVOY"), "path of Envoy (default $ENVOY, then envoy on the PATH)")
	f.StringVar(&s.entries, "entries", "", "names of plugins, with commas (default all)")
	f.StringVar(&s.docs, "docs", "", "directory for hub-performance.md (default: standard output)")
	f.IntVar(&s.rounds, "rounds", 7, "rounds that count, after one that warms up")
	f.DurationVar(&s.round, "round", time.Second, "how long a round is")
	f.IntVar(&s.connections, "connections", 8, "connections that send requests")
	if err := f.Parse(args); err != nil {
		return err
	}
	binary, err := envoy.Find(ctx, s.envoy)
	if err != nil {
		return err
	}
	chosen, err := choose(s.entries)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "hub-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{settings: s, ctx: ctx, binary: binary.Path, dir: dir}
	var all []measured
	for _, e := range chosen {
		m, err := b.measure(e)
		if err != nil {
			return err
		}
		all = append(all, m)
		// A run that is broken off leaves the page of what it has.
		if err := write(s.docs, render(all, s, binary.Version.String())); err != nil {
			return err
		}
	}
	if s.docs == "" {
		_, err = os.Stdout.WriteString(render(all, s, binary.Version.String()))
	}
	return err
}

// write writes the page into a directory, if there is one.
func write(docs, page string) error {
	if docs == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(docs, "hub-performance.md"), []byte(page), 0o644) //nolint:gosec // a page of the repository
}

// choose returns the entries of these plugins, with commas between; all for "".
func choose(names string) ([]entry, error) {
	if names == "" {
		return entries(), nil
	}
	var chosen []entry
	for _, name := range strings.Split(names, ",") {
		found := false
		for _, e := range entries() {
			if e.plugin == name {
				chosen, found = append(chosen, e), true
			}
		}
		if !found {
			return nil, errors.New("there is no entry of a plugin " + name)
		}
	}
	return chosen, nil
}
