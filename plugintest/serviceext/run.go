package serviceext

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
)

// Options say what to run.
type Options struct {
	// Files are the files of cases.
	Files []string
	// Module is the plugin. Default: the one in the current directory.
	Module plugintest.Module
	// Config is a file with the plugin's configuration, for files of cases that name
	// none. Default: an empty one.
	Config string
	// Engines to run on; only compiler and interpreter can. Default: both.
	Engines []plugintest.Engine
	// Coverage is host.VMOptions.Coverage. Default: none.
	Coverage func(counters []byte)
}

// Run runs the cases of files. Problems in a file are an error and no case runs.
// The error is cases.ErrFailed, wrapped, where a case failed.
func Run(ctx context.Context, o Options) (*cases.Report, error) {
	if o.Module == nil {
		o.Module = plugintest.Dir(".")
	}
	var suites []*Suite
	var wrong []error
	for _, path := range o.Files {
		s, err := Load(path)
		suites, wrong = append(suites, s), append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	code, err := o.Module.Load(ctx)
	if err != nil {
		return nil, err
	}
	report := &cases.Report{}
	for _, e := range []plugintest.Engine{plugintest.Compiler, plugintest.Interpreter} {
		if o.Engines != nil && !slices.Contains(o.Engines, e) {
			continue
		}
		list, err := o.on(ctx, e, code, suites)
		if err != nil {
			return nil, err
		}
		report.Results = append(report.Results, list...)
	}
	if len(report.Results) == 0 {
		return nil, fmt.Errorf("cases in Google's format run on compiler and interpreter only, and %v were asked for", o.Engines)
	}
	sortResults(report.Results, suites)
	return report, report.Err()
}

// on runs all cases on an engine.
func (o *Options) on(ctx context.Context, e plugintest.Engine, code []byte, suites []*Suite) (list []cases.Result, err error) {
	runtime, err := host.NewRuntime(ctx, host.RuntimeOptions{Interpreter: e == plugintest.Interpreter})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, runtime.Close(context.WithoutCancel(ctx))) }()
	module, err := runtime.Compile(ctx, "plugin", code)
	if err != nil {
		return nil, err
	}
	for _, s := range suites {
		config, err := o.config(s)
		if err != nil {
			return nil, err
		}
		for i := range s.Test {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			list = append(list, o.one(ctx, module, e, s, &s.Test[i], config))
		}
	}
	return list, nil
}

// config is the plugin's configuration.
func (o *Options) config(s *Suite) (string, error) {
	if s.Env.ConfigPath == "" {
		if o.Config == "" {
			return "", nil
		}
		return read(o.Config)
	}
	if filepath.IsAbs(s.Env.ConfigPath) {
		return read(s.Env.ConfigPath)
	}
	return read(filepath.Join(filepath.Dir(s.Path), s.Env.ConfigPath))
}

// one runs a case on an engine.
func (o *Options) one(ctx context.Context, m *host.Module, e plugintest.Engine, s *Suite, t *Test, config string) cases.Result {
	began := time.Now()
	x := &exchange{suite: s, test: t, worker: host.NewWorker()}
	x.worker.Do(func() { x.run(ctx, m, config, o.Coverage) })
	result := cases.Result{
		File: s.Path, Line: t.Line, Case: t.Name, Engine: e, Status: cases.Passed, Messages: x.wrong, Took: time.Since(began),
	}
	if len(x.wrong) > 0 {
		result.Status = cases.Failed
	}
	return result
}

// sortResults puts the results of a case together.
func sortResults(list []cases.Result, suites []*Suite) {
	place := map[string]int{}
	for i, s := range suites {
		place[s.Path] = i
	}
	slices.SortStableFunc(list, func(a, b cases.Result) int {
		if d := place[a.File] - place[b.File]; d != 0 {
			return d
		}
		return a.Line - b.Line
	})
}
