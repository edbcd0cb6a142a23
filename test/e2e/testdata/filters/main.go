// Command filters is the bundle that the tests of package filter run on every
// engine.
package main

import "github.com/sluiceproxy/sluice/test/e2e/testdata/filters/trace"

func main() {}

func init() { trace.Register() }
