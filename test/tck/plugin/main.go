// Command plugin is the kit's plugin as a module for hosts.
package main

import "github.com/sluiceproxy/sluice/test/tck/cells"

func main() {}

func init() { cells.Register() }
