package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/gotest"
	"github.com/sluiceproxy/sluice/plugintest"
)

// natively runs cases on the native engine: the plugin's package is compiled into
// a test of its own, with one more file in it that calls Child.
func (o *Options) natively(ctx context.Context, f *File, chosen []*Case) (list []Result) {
	report, err := o.child(ctx, f, chosen)
	if err == nil {
		return report.Results
	}
	status := Skipped
	if slices.Contains(o.Engines, plugintest.Native) {
		status = Failed
	}
	for _, c := range chosen {
		list = append(list, Result{File: f.Path, Line: c.line, Case: c.Name, Engine: plugintest.Native, Status: status, Messages: []string{err.Error()}})
	}
	return list
}

// order is what Child is told.
type order struct {
	File   string
	Cases  []string
	Update bool
	Report string // the file to write
}

// orderVariable names the variable with the file that has the order.
const orderVariable = "SLUICE_TEST_CASES"

// testFile is what the plugin's package gets.
const testFile = `package %s

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest/cases"
)

func TestSluiceCases(t *testing.T) { cases.Child(t) }
`

// child compiles and runs the test.
func (o *Options) child(ctx context.Context, f *File, chosen []*Case) (*Report, error) {
	if o.Dir == "" {
		return nil, errors.New("native runs a plugin's directory only")
	}
	tmp, err := os.MkdirTemp("", "sluice-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	overlay, err := o.overlay(tmp)
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(f.Path)
	if err != nil {
		return nil, err
	}
	order := order{File: path, Update: o.Update, Report: filepath.Join(tmp, "report.json")}
	for _, c := range chosen {
		order.Cases = append(order.Cases, c.Name)
	}
	orderFile := filepath.Join(tmp, "order.json")
	if err := writeJSON(orderFile, order); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	runErr := gotest.Run(ctx, gotest.Options{
		Dir: o.Dir, Stdout: &out, Stderr: &out, Env: []string{orderVariable + "=" + orderFile},
		Args: []string{".", "-overlay=" + overlay, "-run=^TestSluiceCases$", "-count=1"},
	})
	report, err := readReport(order.Report)
	if err != nil {
		return nil, explain(runErr, out.String())
	}
	for i := range report.Results {
		report.Results[i].File = f.Path
	}
	return report, nil
}

// overlay writes the file that puts the test into the plugin's package.
func (o *Options) overlay(tmp string) (string, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return "", err
	}
	source := filepath.Join(tmp, "test.go")
	if err := os.WriteFile(source, fmt.Appendf(nil, testFile, "main"), 0o600); err != nil {
		return "", err
	}
	file := filepath.Join(tmp, "overlay.json")
	return file, writeJSON(file, map[string]any{"Replace": map[string]string{filepath.Join(dir, "sluice_cases_test.go"): source}})
}

// explain says why the test did not run.
func explain(err error, output string) error {
	if strings.Contains(output, "github.com/sluiceproxy/sluice/plugintest") {
		return errors.New(`native: the plugin's module has no plugintest; "go get github.com/sluiceproxy/sluice/plugintest/cases && go mod tidy" adds it`)
	}
	if len(output) > 2000 {
		output = output[len(output)-2000:]
	}
	if err == nil {
		err = errors.New("the test left no report")
	}
	return fmt.Errorf("native: %w\n%s", err, strings.TrimSpace(output))
}

func writeJSON(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

func readReport(path string) (*Report, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r Report
	return &r, json.Unmarshal(b, &r)
}

// Child is what "sluice test" puts into a plugin's package to run cases on the
// native engine. It does nothing elsewhere.
func Child(t *testing.T) {
	path := os.Getenv(orderVariable)
	if path == "" {
		t.Skip("sluice test calls it")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var o order
	if err := json.Unmarshal(b, &o); err != nil {
		t.Fatal(err)
	}
	report, err := Run(context.Background(), Options{
		Files: []string{o.File}, Engines: []plugintest.Engine{plugintest.Native}, Update: o.Update, inTest: true,
		Module: plugintest.Dir("."), Match: func(name string) bool { return slices.Contains(o.Cases, name) },
	})
	if report == nil {
		t.Fatal(err)
	}
	if err := writeJSON(o.Report, report); err != nil {
		t.Fatal(err)
	}
}
