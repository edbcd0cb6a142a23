// Command allow knows better, or thinks so.
package main

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("allow", wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
		time.Sleep(1) //sluice:allow timers one nanosecond
		//sluice:allow timers on the line above
		time.Sleep(1)
		// want+1 "timers: time.Sleep" "suppression: //sluice:allow timers without a reason"
		time.Sleep(1) //sluice:allow timers
		// want+1 "timers: time.Sleep" "suppression: //sluice:allow blocking: there is no such finding"
		time.Sleep(1) //sluice:allow blocking of another rule
		// want+1 "suppression: //sluice:allow of the unknown rule .sleeping."
		//sluice:allow sleeping no such rule
		//sluice:allowed is another comment
		return types.ActionContinue
	}))
}
