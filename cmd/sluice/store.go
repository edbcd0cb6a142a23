package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/store"
)

// newStoreCommand looks after the images that were pulled.
func newStoreCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Look after the images that \"sluice run\" has pulled",
		Long: `"sluice run IMAGE" keeps what it pulls in a store: a directory of content by its
digest. Any number of processes may use it at once, and a crash leaves nothing
that is half there. It is sluice/images in the user's directory for caches, or
what SLUICE_STORE or --store names.`,
		Example: `  sluice store list
  sluice store add registry.example/team/plugin:1.0.0
  sluice store prune --older-than 168h --dry-run`,
		Args: storeArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newStoreListCommand(), newStoreAddCommand(), newStoreCheckCommand(), newStorePruneCommand(), newStorePathCommand())
	return cmd
}

// storeArgs refuses a command that does not exist.
func storeArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("store has no command %q; want list, add, check, prune or path", args[0])
}

func newStoreListCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the images in the store",
		Long:    `List the images in the store, with the digest to pin and when each was used last.`,
		Example: `  sluice store list --output json`,
		Args:    takes(0, 0, "no argument"),
	}
	addStore(cmd, &dir)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := openStore(dir)
		if err != nil {
			return err
		}
		images, err := s.List()
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), images)
		}
		return printImages(cmd.OutOrStdout(), images)
	}
	return cmd
}

func printImages(w io.Writer, images []store.Image) error {
	if len(images) == 0 {
		_, err := fmt.Fprintln(w, "no images")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "image\ttags\tpin\tsize\tused")
	for _, i := range images {
		row(t, "%s\t%s\t%s\t%s\t%s", i.Repository, orNone(i.Tags), i.Manifest, size(int(i.Size)), i.Used.Local().Format(time.DateTime))
	}
	return t.Flush()
}

func newStoreAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add IMAGE",
		Short: "Pull an image into the store",
		Long: `Pull an image into the store, so that "sluice run" has it without a network. Its
signatures are kept too where --key or --policy asks for them.` + registryHelp,
		Example: `  sluice store add registry.example/team/plugin:1.0.0`,
		Args:    takes(1, 1, "one argument, the image"),
	}
	images := addImage(cmd)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		src, err := place(args[0])
		if err != nil {
			return err
		}
		if !src.IsRegistry() {
			return usagef("%q is a layout, which \"sluice run\" takes as it is; want an image in a registry", args[0])
		}
		lo := oci.LoadOptions{Pull: oci.When(*images.pull)}
		if lo.Store, err = openStore(images.store); err != nil {
			return err
		}
		if err := images.trust.apply(&images.o); err != nil {
			return err
		}
		stop := watch(cmd, &images.o)
		l, err := oci.Load(cmd.Context(), src, lo, images.o)
		stop()
		if err != nil {
			return err
		}
		return printAdded(cmd, l, *format)
	}
	return cmd
}

// printAdded says what the store has now; that it hasn't is a failure here.
func printAdded(cmd *cobra.Command, l *oci.Loaded, format string) error {
	if len(l.Warnings) > 0 && !l.Kept {
		return fmt.Errorf("%s", strings.Join(l.Warnings, "; "))
	}
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), l)
	}
	verb := "added   "
	if l.FromStore {
		verb = "present "
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s%s (%s)\nimage   %s\npin     %s\n", verb, l.Source, size(int(l.Size)), l.Digest, l.Manifest)
	return err
}

func newStorePathCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "path",
		Short:   "Print the store's directory",
		Long:    `Print the store's directory, whether it is there yet or not.`,
		Example: `  du -sh "$(sluice store path)"`,
		Args:    takes(0, 0, "no argument"),
	}
	addStore(cmd, &dir)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := openStore(dir)
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), map[string]string{"path": s.Dir()})
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), s.Dir())
		return err
	}
	return cmd
}
