package main

import (
	"fmt"
	"os"

	"istio.io/istio/pkg/test"
)

// failer is the test that Istio's discovery server believes to be part of: one
// that never ends and whose failure ends the process.
type failer struct{}

var _ test.Failer = (*failer)(nil)

func (*failer) Fail()                          { os.Exit(1) }
func (*failer) FailNow()                       { os.Exit(1) }
func (f *failer) Fatal(args ...any)            { f.Log(args...); os.Exit(1) }
func (f *failer) Fatalf(s string, args ...any) { f.Logf(s, args...); os.Exit(1) }
func (*failer) Log(args ...any)                { fmt.Fprintln(os.Stderr, args...) }
func (*failer) Logf(s string, args ...any)     { fmt.Fprintf(os.Stderr, s+"\n", args...) }
func (*failer) TempDir() string                { return os.TempDir() }
func (*failer) Helper()                        {}
func (*failer) Cleanup(func())                 {}
func (f *failer) Skip(args ...any)             { f.Fatal(args...) }
