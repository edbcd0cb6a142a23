// Command plugin answers with its typed configuration, and has open and
// recursive places in it.
package main

import (
	"strconv"

	"github.com/tidwall/gjson"

	_ "github.com/sluiceproxy/sluice/sdk/config/pattern"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("typed",
		wrapper.ParseTypedOverrideConfig[Config](),
		wrapper.ProcessRequestHeaders(func(_ wrapper.HttpContext, c Config) types.Action {
			text := c.Name + " " + c.Token + " " + strconv.Itoa(c.Tree.depth())
			if err := proxywasm.SendHttpResponse(200, nil, []byte(text), -1); err != nil {
				return types.HeaderStopAllIterationAndWatermark
			}
			return types.HeaderContinue
		}))
}

// Config has a place of each kind for hostile input.
type Config struct {
	Name  string       `json:"name" required:"true" pattern:"^[a-z]+$"`
	Token string       `json:"token" secret:"true" minLength:"4"`
	Tree  Tree         `json:"tree"`
	Any   any          `json:"any"`
	JSON  gjson.Result `json:"json"`
}

// Tree contains itself.
type Tree struct {
	Kids []Tree `json:"kids"`
}

func (t Tree) depth() int {
	if len(t.Kids) == 0 {
		return 0
	}
	return 1 + t.Kids[0].depth()
}
