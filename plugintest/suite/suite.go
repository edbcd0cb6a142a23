// Package suite is what "sluice test" does: it runs the Go tests of a plugin and
// the cases that lie beside it, and reports both in one form.
package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/gotest"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/plugintest/serviceext"
)

// Options say what to test. The zero value tests the plugin in the current
// directory: its Go tests, and the cases beside it.
type Options struct {
	// Dir is the plugin's directory. Default "." without a Module.
	Dir string
	// Module is a plugin that is no directory: a file or an image. It has no Go
	// tests, and the native engine can't run it.
	Module plugintest.Module
	// Beside is the directory in which cases are looked for. Default Dir.
	Beside string
	// Cases are files of cases: in YAML, or in Google's text format if their name
	// ends in .textpb, .textproto or .pbtxt. With some, no others are looked for and
	// no Go tests run.
	Cases []string
	// Engines to run cases on. Default: those of $SLUICE_ENGINES and of the cases.
	Engines []plugintest.Engine
	// GoArgs go to "go test".
	GoArgs []string
	// Config is a file with the plugin's configuration, for files in Google's format
	// that name none. Default: an empty one.
	Config string
	// Update writes golden files.
	Update bool
	// JSON makes the output what "go test -json" prints, also for cases.
	JSON bool
	// JUnit is a file to write in JUnit's form. Default: none.
	JUnit string
	// Coverage is a file for the profile of the plugin's Go code, as the cases use
	// it on wazero's engines. Default: none.
	Coverage string
	// Stdout and Stderr take what is printed. Default: nowhere.
	Stdout, Stderr io.Writer
}

// Run tests a plugin. Errors: gotest.ErrFailed and cases.ErrFailed, both where
// both failed; those of gotest.Run and cases.Run.
func Run(ctx context.Context, o Options) error {
	o.setDefaults()
	junit := &gotest.JUnit{}
	files, err := o.files()
	if err != nil {
		return err
	}
	var failures []error
	if o.Module == nil && len(o.Cases) == 0 {
		err := o.goTests(ctx, junit)
		if err != nil && !errors.Is(err, gotest.ErrFailed) {
			return err
		}
		failures = append(failures, err)
	} else if len(files) == 0 {
		return fmt.Errorf("%s has no cases.yaml, *.cases.yaml or tests.textpb; name files with --cases", o.Beside)
	}
	if len(files) > 0 {
		failures = append(failures, o.cases(ctx, files, junit))
	} else if o.Coverage != "" {
		return fmt.Errorf("%s has no cases, of which coverage is taken; for that of Go tests see go help testflag", o.Beside)
	}
	if o.JUnit != "" {
		failures = append(failures, o.writeJUnit(junit))
	}
	return errors.Join(failures...)
}

func (o *Options) setDefaults() {
	if o.Dir == "" && o.Module == nil {
		o.Dir = "."
	}
	if o.Beside == "" {
		o.Beside = o.Dir
	}
	if o.Stdout == nil {
		o.Stdout = io.Discard
	}
	if o.Stderr == nil {
		o.Stderr = io.Discard
	}
}

// files are the files of cases.
func (o *Options) files() ([]string, error) {
	if len(o.Cases) > 0 {
		return o.Cases, nil
	}
	files, err := cases.Find(o.Beside)
	if err != nil {
		return nil, err
	}
	google, err := serviceext.Find(o.Beside)
	return append(files, google...), err
}

// goTests runs "go test".
func (o *Options) goTests(ctx context.Context, junit *gotest.JUnit) error {
	t := gotest.Options{Dir: o.Dir, Args: o.GoArgs, JSON: o.JSON, Stdout: o.Stdout, Stderr: o.Stderr}
	if o.JUnit == "" {
		return gotest.Run(ctx, t)
	}
	events := &gotest.Events{Other: o.Stdout, Each: func(e gotest.Event) {
		junit.Add(e)
		o.show(e)
	}}
	t.JSON, t.Stdout = true, events
	return errors.Join(gotest.Run(ctx, t), events.Close())
}

// show prints an event in the form that was asked for.
func (o *Options) show(e gotest.Event) {
	if o.JSON {
		_ = json.NewEncoder(o.Stdout).Encode(e) // a reader that has gone
		return
	}
	fmt.Fprint(o.Stdout, e.Output)
}

// cases runs the cases.
func (o *Options) cases(ctx context.Context, files []string, junit *gotest.JUnit) error {
	engines := o.Engines
	if engines == nil && os.Getenv("SLUICE_ENGINES") != "" {
		var err error
		if engines, err = plugintest.ChosenEngines(); err != nil {
			return err
		}
	}
	c, err := o.instrument(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	report, err := o.run(ctx, files, engines, c)
	if report == nil {
		return err
	}
	for _, e := range report.Events() {
		junit.Add(e)
		if o.JSON {
			o.show(e)
		}
	}
	if !o.JSON {
		err = errors.Join(err, report.WriteText(o.Stdout))
	}
	return errors.Join(err, c.write(ctx, o))
}

// run runs the cases of both kinds.
func (o *Options) run(ctx context.Context, files []string, engines []plugintest.Engine, c *coverage) (*cases.Report, error) {
	module := c.module(o)
	if module == nil {
		module = plugintest.Dir(o.Dir)
	}
	var yaml, google []string
	for _, f := range files {
		if serviceext.Is(f) {
			google = append(google, f)
		} else {
			yaml = append(yaml, f)
		}
	}
	var all cases.Report
	if len(yaml) > 0 {
		r, err := cases.Run(ctx, cases.Options{Files: yaml, Module: module, Dir: o.Dir, Engines: engines, Update: o.Update, Coverage: c.taker()})
		if r == nil || err != nil && !errors.Is(err, cases.ErrFailed) {
			return r, err
		}
		all.Results = append(all.Results, r.Results...)
	}
	if len(google) > 0 {
		r, err := serviceext.Run(ctx, serviceext.Options{Files: google, Module: module, Config: o.Config, Engines: engines, Coverage: c.taker()})
		if r == nil || err != nil && !errors.Is(err, cases.ErrFailed) {
			return r, err
		}
		all.Results = append(all.Results, r.Results...)
	}
	return &all, all.Err()
}

func (o *Options) writeJUnit(junit *gotest.JUnit) (err error) {
	f, err := os.Create(o.JUnit)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return junit.Write(f)
}

// ParseEngines reads names of engines.
func ParseEngines(names []string) (engines []plugintest.Engine, err error) {
	for _, name := range names {
		e := plugintest.Engine(strings.TrimSpace(name))
		if !slices.Contains(plugintest.Engines(), e) {
			return nil, fmt.Errorf("no engine %q; there are %v", name, plugintest.Engines())
		}
		if !slices.Contains(engines, e) {
			engines = append(engines, e)
		}
	}
	return engines, nil
}

// looksLikeImage reports whether a name that no file has can be that of an image.
func looksLikeImage(name string) bool {
	_, err := oci.ParsePlace(name)
	return err == nil && strings.ContainsAny(name, ":/") && !strings.HasPrefix(name, ".") && !filepath.IsAbs(name)
}

// Target sets what is tested: a directory, a .wasm file or, where neither is
// there, the image that asImage makes of the name.
func (o *Options) Target(name string, asImage func(name string) (plugintest.Module, error)) (err error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		o.Dir = name
		return nil
	case err == nil:
		if _, err := build.ReadFile(name); err != nil {
			return err
		}
		o.Module, o.Beside = plugintest.File(name), filepath.Dir(name)
		return nil
	}
	if !looksLikeImage(name) {
		return err
	}
	o.Module, err = asImage(name)
	o.Beside = "."
	return err
}
