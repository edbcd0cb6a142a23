package main

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci/store"
)

// newStorePruneCommand removes images.
func newStorePruneCommand() *cobra.Command {
	var o store.PruneOptions
	var dir, maxSize string
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Remove images from the store",
		Long: `Remove images from the store that were not used for 30 days, or as the flags say;
with several flags, what any of them names. What belongs to no image, such as
what a crash left, goes too. It waits while another process pulls.`,
		Example: `  sluice store prune --dry-run
  sluice store prune --older-than 168h
  sluice store prune --keep 20 --max-size 500MB
  sluice store prune --all`,
		Args: takes(0, 0, "no argument"),
	}
	f := cmd.Flags()
	f.DurationVar(&o.Age, "older-than", 0, "remove images that were not used for `TIME`, such as 168h")
	f.IntVar(&o.Keep, "keep", 0, "keep at most `NUMBER` images, those that were used last")
	f.StringVar(&maxSize, "max-size", "", "keep at most `SIZE` of images, such as 500MB")
	f.BoolVar(&o.All, "all", false, "remove all images")
	f.BoolVar(&o.DryRun, "dry-run", false, "say what would go, and remove nothing")
	addStore(cmd, &dir)
	format := addFormat(cmd)
	completeFlags(cmd, []string{"store"}, []string{"older-than", "keep", "max-size"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkPrune(cmd, &o, maxSize); err != nil {
			return err
		}
		s, err := openStore(dir)
		if err != nil {
			return err
		}
		p, err := s.Prune(cmd.Context(), o)
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), p)
		}
		return printPruned(cmd, p)
	}
	return cmd
}

// checkPrune refuses bounds that would mean something else.
func checkPrune(cmd *cobra.Command, o *store.PruneOptions, maxSize string) (err error) {
	switch {
	case cmd.Flags().Changed("older-than") && o.Age <= 0:
		return usagef("--older-than %s: want a positive time, such as 168h", o.Age)
	case cmd.Flags().Changed("keep") && o.Keep <= 0:
		return usagef("--keep %d: want a positive number; --all removes all", o.Keep)
	case maxSize == "":
		return nil
	}
	o.MaxSize, err = parseSize(maxSize)
	return err
}

var sizeText = regexp.MustCompile(`^([0-9]{1,9})(K|M|G)?i?B?$`)

// parseSize reads "500MB": the letters stand for powers of 1024, as where sizes
// are printed.
func parseSize(text string) (int64, error) {
	m := sizeText.FindStringSubmatch(text)
	if m == nil {
		return 0, usagef("--max-size %q: want a number and KB, MB or GB, such as 500MB", text)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n == 0 {
		return 0, usagef("--max-size %q: want a positive size; --all removes all", text)
	}
	return n << map[string]uint{"": 0, "K": 10, "M": 20, "G": 30}[m[2]], nil
}

func printPruned(cmd *cobra.Command, p *store.Pruned) error {
	verb := "removed"
	if p.DryRun {
		verb = "would remove"
	}
	w := cmd.OutOrStdout()
	for _, i := range p.Removed {
		row(w, "%s %s %s@%s", verb, orNone(i.Tags), i.Repository, i.Digest)
	}
	_, err := fmt.Fprintf(w, "%s %d images (%s), %d stay\n", verb, len(p.Removed), size(int(p.Bytes)), p.Kept)
	return err
}

// newStoreCheckCommand looks for damage.
func newStoreCheckCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Compare everything in the store with its digest",
		Long: `Compare everything in the store with its digest. What is damaged is never used,
and pulled again when it is needed. The exit code is 1 if something is.`,
		Example: `  sluice store check`,
		Args:    takes(0, 0, "no argument"),
	}
	addStore(cmd, &dir)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := openStore(dir)
		if err != nil {
			return err
		}
		n, faults, err := s.Check(cmd.Context())
		if err != nil {
			return err
		}
		if err := printChecked(cmd, n, faults, *format); err != nil {
			return err
		}
		if len(faults) > 0 {
			return fmt.Errorf("%d files in %s are damaged", len(faults), s.Dir())
		}
		return nil
	}
	return cmd
}

func printChecked(cmd *cobra.Command, n int, faults []store.Fault, format string) error {
	w := cmd.OutOrStdout()
	if format == "json" {
		return printJSON(w, map[string]any{"images": n, "faults": faults})
	}
	for _, f := range faults {
		row(w, "damaged %s of %s: %s", f.File, f.Image, f.Reason)
	}
	_, err := fmt.Fprintf(w, "%d images, %d damaged files\n", n, len(faults))
	return err
}
