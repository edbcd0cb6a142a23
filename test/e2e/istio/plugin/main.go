// Command plugin tells with every answer which code and which configuration
// made it: the response header that the configuration names is the version and
// the configuration's message.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// version is replaced in the built module: every value of as many bytes makes
// another module.
const version = "VERSION-0000"

func main() {}

func init() {
	wrapper.SetCtx("versioned",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessResponseHeaders(onResponseHeaders))
}

// Config is the plugin's configuration. One without a message is refused.
type Config struct {
	// Header is the response header's name.
	Header string `json:"header" default:"x-plugin"`
	// Message is what the header says after the version.
	Message string `json:"message" required:"true" minLength:"1"`
}

func onResponseHeaders(_ wrapper.HttpContext, c Config) types.Action {
	if err := proxywasm.ReplaceHttpResponseHeader(c.Header, version+" "+c.Message); err != nil {
		log.Errorf("tell the version: %v", err)
	}
	return types.HeaderContinue
}
