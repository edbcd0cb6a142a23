// The guide's plugin as a module.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/plugin/internal/documents/myplugin"
)

func main() {}

func init() { plugin.Register(myplugin.New) }
