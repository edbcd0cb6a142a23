package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/run/record"
	"github.com/sluiceproxy/sluice/run/replay"
)

// errDiffers makes the exit code 1.
var errDiffers = errors.New("differs")

// newReplayCommand runs recorded exchanges.
func newReplayCommand() *cobra.Command {
	var o replay.Options
	var against, config string
	cmd := &cobra.Command{
		Use:   "replay FILE NEW",
		Short: "Run recorded requests through a plugin and show what differs",
		Long: `Run the exchanges of a recording, which "sluice run --record FILE" has made, through
the plugin NEW on the embedded host, and show what differs from what was recorded:
the request to the upstream, the response to the client, and the calls that the
plugin makes. With --against it is compared with another version of the plugin,
which gets the same exchanges. NEW and OLD are .wasm files or directories of Go
plugins.

The upstream and what the plugin calls answer as they did when it was recorded;
what was not asked then gets no answer. The plugin has the recorded configuration,
unless --config names another. Masked values are sent as their masks, *** .

The exit code is 1 if something differs. docs/record.md has more.`,
		Example: `  sluice replay traffic.jsonl main.wasm
  sluice replay traffic.jsonl --against old.wasm new.wasm
  sluice replay traffic.jsonl --against v1.wasm . --logs --output json`,
		Args: takes(2, 2, "two arguments, a recording and a plugin"),
	}
	flags := cmd.Flags()
	flags.StringVar(&against, "against", "", "`OLD` version of the plugin to compare with (default: what was recorded)")
	flags.StringVar(&config, "config", "", "`FILE` with the configuration (default: the recorded one)")
	flags.StringVar(&o.Plugin, "plugin", "", "`NAME` of the recorded plugin, of a chain of several")
	flags.StringArrayVar(&o.Ignore, "ignore", nil, "`NAME` of a header that may differ; may be repeated")
	flags.BoolVar(&o.Logs, "logs", false, "compare log lines, too; with --against")
	format := addFormat(cmd)
	completeFlags(cmd, nil, []string{"plugin", "ignore"})
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if o.Logs && against == "" {
			return usagef("--logs needs --against: log lines are not recorded")
		}
		if o.Recording, err = record.ReadFile(args[0]); err != nil {
			return err
		}
		if config != "" {
			if o.Config, err = run.ReadConfig(config); err != nil {
				return err
			}
		}
		if o.New, err = moduleOf(cmd, args[1]); err != nil {
			return err
		}
		if against != "" {
			if o.Old, err = moduleOf(cmd, against); err != nil {
				return err
			}
		}
		r, err := replay.Run(cmd.Context(), o)
		if err != nil {
			return err
		}
		return printReplay(cmd.OutOrStdout(), r, *format)
	}
	return cmd
}

// moduleOf loads a plugin's code.
func moduleOf(cmd *cobra.Command, source string) ([]byte, error) {
	done := sayIfSlow(cmd, moment, compiling(source))
	defer done()
	p, err := run.LoadPlugin(cmd.Context(), run.Options{Source: source})
	return p.Code, err
}

// printReplay prints a report. Differences are the command's failure.
func printReplay(w io.Writer, r *replay.Report, format string) error {
	if format == "json" {
		if err := printJSON(w, r); err != nil {
			return err
		}
	} else {
		for _, d := range r.Different {
			fmt.Fprintf(w, "exchange %d: %s\n", d.Exchange, d.Request)
			for _, p := range d.Parts {
				fmt.Fprintf(w, "  %s\n    - %s\n    + %s\n", p.What, excerpt(p.Old), excerpt(p.New))
			}
			for _, u := range d.Unknown {
				fmt.Fprintf(w, "  not recorded: %s\n", u)
			}
		}
		for _, n := range r.Notes {
			fmt.Fprintf(w, "note: %s\n", n)
		}
	}
	if n := len(r.Different); n > 0 {
		return fmt.Errorf("%d of %s: %w", n, count(r.Exchanges, "exchange"), errDiffers)
	}
	if format != "json" {
		fmt.Fprintf(w, "%s, nothing differs\n", count(r.Exchanges, "exchange"))
	}
	return nil
}

// excerpt is text in one line, and not too much of it.
func excerpt(s string) string {
	const most = 300
	if s == "" {
		return "(nothing)"
	}
	if len(s) > most {
		return fmt.Sprintf("%q… (%d bytes)", s[:most], len(s))
	}
	return fmt.Sprintf("%q", s)
}
