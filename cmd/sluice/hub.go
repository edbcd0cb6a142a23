package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/hub"
	"github.com/sluiceproxy/sluice/build/oci"
)

// newHubCommand is about hubs of one's own.
func newHubCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hub",
		Short: "Publish a hub of plugins, or save its catalogue",
		Long: `Publish the plugins of a directory as a hub in a registry, or save a hub's
catalogue to a file. "sluice search" lists what a hub has.`,
		Example: `  sluice hub publish oci://registry.example/team/hub --sign-key hub.key
  sluice hub save catalogue.json --hub oci://registry.example/team/hub`,
		Args: takes(0, 0, "no argument of its own; want publish or save"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newHubPublishCommand(), newHubSaveCommand())
	return cmd
}

func newHubPublishCommand() *cobra.Command {
	var o hub.PublishOptions
	dir, save := "", ""
	cmd := &cobra.Command{
		Use:   "publish oci://REGISTRY/PREFIX [NAME...]",
		Short: "Build the plugins of a directory and send them and a catalogue to a registry",
		Long: `Build every plugin of a directory that has a spec.yaml, or those that are named;
send each as an image to PREFIX/NAME, with its version as tag; and then send the
catalogue to PREFIX/catalogue. With --sign-key, images and catalogue are signed.

A version that the catalogue has already with the same module is not sent again.
With another module it is refused: raise the version in spec.yaml, or give
--replace. Plugins and versions that were published before stay in the catalogue;
with --sign-key it must have been signed with that key. --fresh begins a new one.

The catalogue is an artifact of type ` + hub.ArtifactType + `, with one layer
of type ` + hub.MediaType + `: docs/hub.md has its fields.` + registryHelp,
		Example: `  sluice hub publish oci://registry.example/team/hub --sign-key hub.key
  sluice hub publish oci://localhost:5000/hub key-auth cors --plain-http
  sluice hub publish oci://registry.example/team/hub --dir my-plugins --save catalogue.json`,
		Args:              takes(1, most, "the hub's registry and prefix, and names of plugins"),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", "", "`DIR` of the plugins' directories (default the clone's plugins)")
	f.Var(fileName{&save}, "save", "also write the catalogue to `FILE`")
	f.BoolVar(&o.Replace, "replace", false, "let a version have other content than before")
	f.BoolVar(&o.Fresh, "fresh", false, "begin a new catalogue, without the plugins and versions of the one that is there")
	key := f.String("sign-key", "", "private key, a PEM `FILE`, that signs the images and the catalogue")
	passphrase := addPassphrase(cmd)
	addRegistry(cmd, &o.OCI)
	format := addFormat(cmd)
	completeFlags(cmd, []string{"dir"}, nil)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if err := hub.CheckRegistry(args[0]); err != nil {
			return &usageError{err}
		}
		if dir == "" {
			if dir, err = hub.Clone(); err != nil {
				return err
			}
		}
		if *key != "" {
			if o.Key, err = readPrivateKey(*key, *passphrase); err != nil {
				return err
			}
		}
		o.Plugins, o.Progress = args[1:], cmd.ErrOrStderr()
		r, err := hub.Publish(cmd.Context(), dir, args[0], o)
		if err != nil {
			return err
		}
		if save != "" {
			if err := saveCatalogue(save, r.Content); err != nil {
				return err
			}
		}
		return printPublished(cmd, r, *format)
	}
	return cmd
}

func printPublished(cmd *cobra.Command, r *hub.Published, format string) error {
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), r)
	}
	for _, p := range r.Plugins {
		row(cmd.OutOrStdout(), "%-9s %s %s  %s", p.Change, p.Name, p.Version, p.Image)
	}
	row(cmd.OutOrStdout(), "catalogue %s", r.Catalogue)
	row(cmd.OutOrStdout(), "digest    %s", r.Digest)
	if r.Signed != "" {
		row(cmd.OutOrStdout(), "signed by %s", r.Signed)
	}
	return nil
}

func newHubSaveCommand() *cobra.Command {
	var o oci.Options
	var store string
	cmd := &cobra.Command{
		Use:   "save FILE",
		Short: "Write a hub's catalogue to a file",
		Long: `Write the catalogue of a hub in a registry to a file, which --hub and $SLUICE_HUB
take in the hub's place: nobody is asked then for a list, and images are pulled
from the registry that the catalogue was read from.` + registryHelp,
		Example: `  sluice hub save catalogue.json --hub oci://registry.example/team/hub --key hub.pub
  sluice search --hub catalogue.json`,
		Args: takes(1, 1, "one argument, the file"),
	}
	where := addHub(cmd)
	addStore(cmd, &store)
	pull := addPullOfHub(cmd)
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := trust.apply(&o); err != nil {
			return err
		}
		h, err := openHub(cmd, *where, store, oci.When(*pull), o)
		if err != nil {
			return err
		}
		if h.Base == "" {
			return fmt.Errorf("hub %s is a directory, whose plugins have no images; \"sluice hub publish --save\" makes a catalogue of them", h.Where)
		}
		text, err := h.Encode()
		if err != nil {
			return err
		}
		if err := saveCatalogue(args[0], text); err != nil {
			return err
		}
		row(cmd.OutOrStdout(), "wrote %s (%d plugins of %s)", args[0], len(h.Plugins), h.Base)
		return nil
	}
	return cmd
}

// saveCatalogue writes a file that anybody may read.
func saveCatalogue(file string, text []byte) error {
	return os.WriteFile(file, text, 0o644) //nolint:gosec // a public list
}
