package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
)

// inspectSize says which package brought how much of a module.
func inspectSize(cmd *cobra.Command, name string, code []byte, format string) error {
	r, err := build.Sizes(code)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), r)
	}
	return printSizes(cmd.OutOrStdout(), name, r)
}

func printSizes(w io.Writer, name string, r *build.SizeReport) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row(t, "file\t%s", name)
	row(t, "size\t%s, %s compressed", size(r.Size), size(r.Gzip))
	row(t, "code\t%s, which a gateway compiles before it serves", size(r.Code))
	printTable(t, "package\tfunctions\tbytes\tcompressed\tdragged in by", len(r.Packages), func(i int) string {
		p := r.Packages[i]
		return cells("%s\t%d\t%d\t%d\t%s", p.Package, p.Functions, p.Size, p.Gzip, strings.Join(p.Chain, " <- "))
	})
	printTable(t, "section\tbytes\tcompressed", len(r.Sections), func(i int) string {
		s := r.Sections[i]
		return cells("%s\t%d\t%d", s.Name, s.Size, s.Gzip)
	})
	return t.Flush()
}
