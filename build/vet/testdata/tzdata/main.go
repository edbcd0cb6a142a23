// Command tzdata brings the time zones along.
package main

import (
	"time"
	_ "time/tzdata"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("tzdata", wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
		_, _ = time.LoadLocation("Asia/Shanghai")
		return types.ActionContinue
	}))
}
