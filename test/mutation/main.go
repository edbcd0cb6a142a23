// Command mutation seeds faults in the logic of plugins, one at a time, and runs
// each plugin's own tests: those that no test notices are listed. It fails where
// a plugin's tests notice fewer than the share asked for. The tests run natively
// unless -engines names others: a fault in a plugin's logic is the same on each,
// and the module need not be built for each fault.
//
//	go run ./test/mutation [-least 90] [-sample 100] [-parallel 2] DIR...
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
	each := flags.Duration("timeout", 0, "how long the tests may run with one fault; a test that hangs has noticed it (0 is 20 s and ten times what they take without)")
	parallel := flags.Int("parallel", 2, "how many faults to test at the same time")
	engines := flags.String("engines", "native", "on which engines the tests run, as of SLUICE_ENGINES")
	asJSON := flags.Bool("json", false, "write a line of JSON for each directory")
	run := flags.String("run", "", "as of go test: which tests to run")
	verbose := flags.Bool("v", false, "list the noticed faults too")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("name one or more directories of plugins")
	}
	t := tester{timeout: *each, run: *run, engines: *engines, parallel: *parallel, once: *engines == "native"}
	var weak []string
	for _, dir := range flags.Args() {
		r, err := t.plugin(ctx, dir, *sample)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		text, err := r.text(*verbose), error(nil)
		if *asJSON {
			text, err = r.json()
		}
		if err != nil {
			return err
		}
		fmt.Print(text)
		if r.percent() < *least {
			weak = append(weak, dir)
		}
	}
	if weak != nil {
		return fmt.Errorf("fewer than %g %% of the faults were noticed in %s", *least, strings.Join(weak, ", "))
	}
	return nil
}
