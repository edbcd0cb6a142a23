package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/layout"
)

// isImage reports whether an argument names an image, and not a module's file.
func isImage(text string) bool {
	ext := filepath.Ext(text)
	if _, err := os.Stat(text); err == nil {
		return layout.Is(text)
	}
	_, err := oci.ParsePlace(text)
	return err == nil && ext != ".wasm"
}

// inspectImage describes an image.
func inspectImage(cmd *cobra.Command, name string, target build.Target, format string, o oci.Options) error {
	d, err := oci.Describe(cmd.Context(), name, o)
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(cmd.OutOrStdout(), d)
	} else {
		err = printDescription(cmd.OutOrStdout(), d)
	}
	switch {
	case err != nil:
		return err
	case d.Plugin == nil:
		return fmt.Errorf("%s: %s", name, d.PluginError)
	}
	if err := d.Plugin.Refusal(target); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// printDescription prints an image for people, and then the plugin in it.
func printDescription(w io.Writer, d *oci.Description) error {
	if d.Image != nil {
		if err := printImage(w, d.Source, d.Image); err != nil {
			return err
		}
	}
	if d.Schema != nil {
		if _, err := fmt.Fprint(w, "\nschema of the configuration\n"); err != nil {
			return err
		}
		if err := printJSON(w, d.Schema); err != nil {
			return err
		}
	}
	if d.Plugin == nil {
		return nil
	}
	if d.Image != nil {
		fmt.Fprintln(w)
	}
	return printReport(w, "plugin.wasm", d.Plugin)
}

func printImage(w io.Writer, name string, i *oci.ImageDescription) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row(t, "image\t%s", name)
	row(t, "digest\t%s", i.Digest)
	if i.Manifest != "" && i.Manifest != i.Digest {
		row(t, "pin\t%s", i.Manifest)
	}
	row(t, "type\t%s", i.MediaType)
	for _, v := range i.Verdicts {
		verdict := "takes it"
		if !v.Accepted {
			verdict = "refuses it: " + v.Cause
		}
		row(t, "%s\t%s", v.Consumer, verdict)
	}
	if v := i.Verified; v != nil {
		row(t, "trust\t%s by %s", v.Action, v.Rule)
	}
	printSignatures(t, i)
	printWords(t, "annotation", i.Annotations)
	printWords(t, "label", i.Labels)
	printEntries(t, "manifest", i.Entries)
	printEntries(t, "layer", i.Layers)
	printEntries(t, "referrer", i.Referrers)
	return t.Flush()
}

func printSignatures(w io.Writer, i *oci.ImageDescription) {
	if len(i.Signatures) == 0 {
		fmt.Fprintln(w, "signatures\tnone")
	}
	for _, s := range i.Signatures {
		switch {
		case s.Problem != "":
			row(w, "signature\t(%s) %s", s.Storage, s.Problem)
		default:
			row(w, "signature\t(%s) says %s%s", s.Storage, s.Name, described(s.Annotations))
		}
	}
	if v := i.Verified; v != nil {
		for _, s := range v.Signatures {
			row(w, "verified\t%s", s.Key)
		}
	}
}

func described(annotations map[string]any) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(annotations)) {
		text += fmt.Sprintf(", %s=%v", name, annotations[name])
	}
	return text
}

func printWords(w io.Writer, what string, words map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(words)) {
		row(w, "%s\t%s=%s", what, name, strconv.Quote(words[name]))
	}
}

func printEntries(w io.Writer, what string, entries []oci.Entry) {
	for _, e := range entries {
		kind := e.MediaType
		if e.Type != "" {
			kind = e.Type
		}
		if e.Platform != "" {
			kind += " for " + e.Platform
		}
		row(w, "%s\t%s %s, %s", what, short(e.Digest), kind, size(int(e.Size)))
	}
}
