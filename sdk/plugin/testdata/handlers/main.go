// Plugin of the tests; see package ops.
package main

import "github.com/sluiceproxy/sluice/sdk/plugin/internal/ops"

func main() {}

func init() { ops.Register() }
