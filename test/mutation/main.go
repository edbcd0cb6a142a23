// Command mutation seeds faults in the logic of plugins, one at a time, and runs
// each plugin's own tests: those that no test notices are listed. It fails where
// a plugin's tests notice fewer than the share asked for. No Envoy is asked: the
// tests have the embedded engine and native Go.
//
//	go run ./test/mutation [-least 90] [-sample 100] DIR...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("mutation", flag.ContinueOnError)
	least := flags.Float64("least", 90, "percent of the faults that the tests of each plugin must notice")
	sample := flags.Int("sample", 0, "how many faults to seed in a plugin, spread over all (0 is all)")
	each := flags.Duration("timeout", 2*time.Minute, "how long the tests may take with one fault; a test that hangs has noticed it")
	run := flags.String("run", "", "as of go test: which tests to run")
	verbose := flags.Bool("v", false, "list the noticed faults too")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("name one or more directories of plugins")
	}
	t := tester{timeout: *each, run: *run}
	var weak []string
	for _, dir := range flags.Args() {
		r, err := t.plugin(ctx, dir, *sample)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		fmt.Print(r.text(*verbose))
		if r.percent() < *least {
			weak = append(weak, dir)
		}
	}
	if weak != nil {
		return fmt.Errorf("fewer than %g %% of the faults were noticed in %s", *least, strings.Join(weak, ", "))
	}
	return nil
}
