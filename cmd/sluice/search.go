package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/hub"
	"github.com/sluiceproxy/sluice/build/oci"
)

// newSearchCommand lists the plugins of a hub.
func newSearchCommand() *cobra.Command {
	var o oci.Options
	var store string
	cmd := &cobra.Command{
		Use:   "search [WORD...]",
		Short: "Find plugins in the hub",
		Long: `List the plugins of the hub that have all words in their name, title, category,
description, or in the name or description of a field of their configuration.
Without words, list all. "sluice run hub:NAME" runs one.

The hub is --hub, or $SLUICE_HUB, or in a clone of the repository its directory
plugins. It is one of:

  oci://REGISTRY/PREFIX   a registry with a catalogue and images beside it
  FILE                    a catalogue that was saved, by "sluice hub save"
  DIR                     a directory of plugins' sources

Where the registry is down, the catalogue that was read last is used, with a
warning. With --key or --policy, the catalogue must be signed, as images must.
"guard" says that a plugin decides which requests pass, "teaching" that it is an
example.` + registryHelp,
		Example: `  sluice search
  sluice search rate limit
  sluice search jwks --output json
  sluice search --hub oci://registry.example/team/hub --key hub.pub`,
		Args:              takes(0, most, "words"),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	where := addHub(cmd)
	addStore(cmd, &store)
	pull := addPullOfHub(cmd)
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		if err := trust.apply(&o); err != nil {
			return err
		}
		h, err := openHub(cmd, *where, store, oci.When(*pull), o)
		if err != nil {
			return err
		}
		found := h.Search(words...)
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), searched(h, found))
		}
		if len(found) == 0 {
			return fmt.Errorf("no plugin of %d has %q; \"sluice search\" lists all (hub %s)", len(h.Plugins), words, h.Where)
		}
		return printPlugins(cmd, found)
	}
	return cmd
}

// addPullOfHub adds the flag that says when the registry is asked.
func addPullOfHub(cmd *cobra.Command) *string {
	var words []string
	for _, w := range oci.Whens() {
		words = append(words, string(w))
	}
	return addChoice(cmd, "pull", "", "when to ask the registry for the catalogue (default always, and the last one if it is down)", words...)
}

// searchResult is what programs read.
type searchResult struct {
	Hub string `json:"hub"`
	// Digest is the catalogue's, for a hub in a registry.
	Digest   string         `json:"digest,omitempty"`
	Warnings []string       `json:"warnings,omitempty"`
	Plugins  []searchPlugin `json:"plugins"`
}

// searchPlugin is a plugin with what hub:NAME stands for.
type searchPlugin struct {
	hub.Plugin
	Version string `json:"version"`
	Source  string `json:"source,omitempty"`
}

func searched(h *hub.Hub, found []hub.Plugin) searchResult {
	r := searchResult{Hub: h.Where, Digest: h.Digest, Warnings: h.Warnings, Plugins: []searchPlugin{}}
	for _, p := range found {
		one := searchPlugin{Plugin: p, Version: p.Latest().Version}
		if f, err := h.Resolve("hub:" + p.Name); err == nil {
			one.Source = f.Source()
		}
		r.Plugins = append(r.Plugins, one)
	}
	return r
}

// printPlugins prints the table that people read.
func printPlugins(cmd *cobra.Command, plugins []hub.Plugin) error {
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tVERSION\tPHASE\tPRIORITY\tKIND\tDIGEST\tWHAT IT DOES")
	for _, p := range plugins {
		v := p.Latest()
		row(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s", p.Name, versionsText(p), orDash(p.Phase), priorityText(p), kindText(p), shortDigest(v.Digest), p.Description)
	}
	return t.Flush()
}

// versionsText is the newest version, and how many there are besides.
func versionsText(p hub.Plugin) string {
	text := p.Latest().Version
	if p.Teaching {
		return "-"
	}
	if more := len(p.Versions) - 1; more > 0 {
		text += fmt.Sprintf(" (+%d)", more)
	}
	return text
}

func priorityText(p hub.Plugin) string {
	if p.Teaching {
		return "-"
	}
	return fmt.Sprint(p.Priority)
}

func kindText(p hub.Plugin) string {
	switch {
	case p.Teaching:
		return "teaching"
	case p.Guard:
		return "guard"
	default:
		return orDash(p.Category)
	}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// shortDigest is enough of a digest to tell it from others.
func shortDigest(digest string) string {
	const shown = len("sha256:") + 12
	if len(digest) < shown {
		return "source"
	}
	return digest[:shown]
}
