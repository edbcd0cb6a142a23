// Plugin of the tests whose handlers read bodies after calls; see package ops.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/plugin/internal/ops"
)

func main() {}

func init() { ops.Register(plugin.BodyAfterCalls()) }
