package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/schema"
)

// newSchemaCommand shows what a plugin's configuration looks like.
func newSchemaCommand() *cobra.Command {
	var o schema.Options
	cmd := &cobra.Command{
		Use:   "schema [DIR]",
		Short: "Show the schema of a plugin's typed configuration",
		Long: `Print the schema of the configuration of the plugin in DIR (default: the current
directory), from the struct that the plugin parses it with:

  json-schema  JSON Schema, draft 2020-12, for editors and other checkers
  crd          a structural schema for Kubernetes, and Higress' spec.yaml
  table        a table in Markdown, for the plugin's README
  example      a configuration in YAML, with comments

The plugin is compiled for this machine and its init functions run, as they do
in its tests. Its directory is not written to.

With -o, a table goes between two lines of a file that exists, such as README.md:

  <!-- configuration: made by sluice schema, do not edit -->
  <!-- configuration: end -->

With --check the file is compared and not written. The exit code is 1 if it
differs.`,
		Example: `  sluice schema ./plugins/mock-response
  sluice schema --format example -o config.yaml
  sluice schema --format table -o README.md --check`,
		Args:              takes(0, 1, "one argument, the plugin's directory"),
		ValidArgsFunction: completeDir,
	}
	format := addChoice(cmd, "format", schema.JSONSchema, "what to print", schema.Formats()...)
	cmd.Flags().StringVar(&o.Plugin, "plugin", "", "`NAME` of the plugin, where one module holds several")
	cmd.Flags().StringVarP(&o.Output, "out", "o", "", "`FILE` to write (default: print)")
	cmd.Flags().BoolVar(&o.Check, "check", false, "compare the file of --out and write nothing")
	completeFlags(cmd, nil, []string{"plugin"})
	output := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.Check && o.Output == "" {
			return usagef("--check needs --out, the file to compare")
		}
		if len(args) == 1 {
			o.Dir = args[0]
		}
		o.Format = *format
		done := sayIfSlow(cmd, moment, compiling(o.Dir))
		r, err := schema.Run(cmd.Context(), o)
		done()
		if errors.Is(err, schema.ErrSeveral) {
			return fmt.Errorf("%w, with --plugin", err)
		}
		if errors.Is(err, schema.ErrStale) {
			return fmt.Errorf("%w; without --check it is written", err)
		}
		if err != nil {
			return err
		}
		return printSchema(cmd.OutOrStdout(), r, *output)
	}
	return cmd
}

func printSchema(w io.Writer, r *schema.Result, format string) error {
	switch {
	case format == "json":
		return printJSON(w, r)
	case r.Output == "":
		_, err := io.WriteString(w, r.Document)
		return err
	}
	_, err := fmt.Fprintf(w, "%s  %s of %s\n", r.Output, r.Format, r.Plugin)
	return err
}
