// Command plugin is the conformance table's plugin as a module for gateways.
package main

import "github.com/sluiceproxy/sluice/test/conformance/cells"

func main() {}

func init() { cells.Register() }
