// Command straight is the plugin of package ops as a Wasm module.
package main

import "github.com/sluiceproxy/sluice/sdk/call/internal/ops"

func main() {}

func init() { ops.Register() }
