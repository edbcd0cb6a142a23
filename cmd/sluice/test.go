package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/plugintest/image"
	"github.com/sluiceproxy/sluice/plugintest/suite"
)

// testFlags are the flags of "sluice test".
type testFlags struct {
	suite.Options
	engines []string
	schema  bool
	image   oci.Options
	trust   *trustFlags
	hub     *string
}

// newTestCommand runs a plugin's unit tests.
func newTestCommand() *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test [DIR|FILE.wasm|IMAGE|hub:NAME] [flags] [-- GO TEST FLAGS]",
		Short: "Run a plugin's tests: in Go, and cases in YAML",
		Long: `Run the tests of the packages in DIR (default: the current directory) and below
it with "go test". What stands behind "--" goes to that command, such as -run,
-v and -count; see "go help test".

The tests of a plugin that imports Higress' Go SDK run without an edit: this
project's SDK takes its place, also for the packages proxytest and test that such
tests use. Where a test runs the plugin as Wasm, the module is built for it, from
the sources as they are now.

Then run the cases that lie beside the plugin, in cases.yaml and *.cases.yaml
(docs/testing-yaml.md tells what is in them) and in Google's text format, in
files such as tests.textpb. A case runs on each engine: native (the plugin
compiled into a test), compiler and interpreter (its Wasm on wazero), envoy (a
real one, from $ENVOY or the PATH). What an engine can't do is skipped, with the
reason; an engine that --engine names must be there. With a Wasm file or an image
in place of DIR there are only cases: beside the file, or in the current
directory, or those of --cases. hub:NAME is a plugin of the hub, see "sluice
search".

With --output json, the output is that of "go test -json": an object a line. For
cases the package is the file, and the test is the case and the engine.`,
		Example: `  sluice test
  sluice test ./plugins/http-call
  sluice test . -- -run TestParse -v -count=1
  sluice test --cases cases.yaml --engine compiler,envoy
  sluice test --cases cases.yaml --update
  sluice test main.wasm --cases tests.textpb --config config.json
  sluice test registry.example/team/plugin:1.0.0 --cases cases.yaml
  sluice test hub:key-auth
  sluice test . --output json --junit tests.xml --coverage wasm.cov
  sluice test --schema > cases.schema.json`,
		ValidArgsFunction: completeHub(completeDir),
		Args: func(cmd *cobra.Command, args []string) error {
			targets, _ := splitAtDash(cmd, args)
			return takes(0, 1, `one argument, the plugin's directory, module or image, and flags for go test behind "--"`)(cmd, targets)
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fmt.Errorf(`%w; flags of go test stand behind "--"`, err)
	})
	f.add(cmd)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if f.schema {
			return printCasesSchema(cmd)
		}
		f.JSON = *format == "json"
		return f.run(cmd, args)
	}
	return cmd
}

func (f *testFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.Cases, "cases", nil, "`FILE` of cases to run, and no Go tests; may be repeated")
	flags.StringSliceVar(&f.engines, "engine", nil, "`ENGINES` to run cases on: native, compiler, interpreter, envoy")
	flags.BoolVar(&f.Update, "update", false, "write golden files")
	flags.StringVar(&f.JUnit, "junit", "", "also write the results to `FILE`, in JUnit's form")
	flags.StringVar(&f.Coverage, "coverage", "", "write a profile of the plugin's Go code to `FILE`, as cases use it as Wasm, for go tool cover")
	flags.StringVar(&f.Config, "config", "", "`FILE` with the plugin's configuration, for cases in Google's format")
	flags.BoolVar(&f.schema, "schema", false, "print the JSON Schema of files of cases, and test nothing")
	f.hub = addHub(cmd)
	f.trust = addTrust(cmd)
	addRegistry(cmd, &f.image)
}

// run tests what the arguments name.
func (f *testFlags) run(cmd *cobra.Command, args []string) (err error) {
	targets, rest := splitAtDash(cmd, args)
	if f.Engines, err = suite.ParseEngines(f.engines); err != nil {
		return usagef("--engine: %w", err)
	}
	if err := ofHub(cmd, targets, *f.hub, f.trust, f.image, sourceInHub); err != nil {
		return err
	}
	if len(targets) == 1 {
		if err := f.Target(targets[0], f.asImage); err != nil {
			return err
		}
	}
	if len(rest) > 0 && (f.Module != nil || len(f.Cases) > 0) {
		return usagef(`flags of go test behind "--" are for a directory and its Go tests, which don't run with --cases, a module or an image`)
	}
	f.GoArgs = rest
	f.Stdout, f.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
	return suite.Run(cmd.Context(), f.Options)
}

// asImage is the plugin in an image.
func (f *testFlags) asImage(name string) (plugintest.Module, error) {
	if err := f.trust.apply(&f.image); err != nil {
		return nil, err
	}
	return image.With(name, f.image), nil
}

func printCasesSchema(cmd *cobra.Command) error {
	schema, err := cases.Schema()
	if err != nil {
		return err
	}
	_, err = cmd.OutOrStdout().Write(schema)
	return err
}

// splitAtDash returns the arguments before and behind "--".
func splitAtDash(cmd *cobra.Command, args []string) (before, behind []string) {
	if at := cmd.ArgsLenAtDash(); at >= 0 {
		return args[:at], args[at:]
	}
	return args, nil
}
