// Package refuse answers a request in place of the backend, for plugins that
// guard something.
package refuse

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Answer is what a client gets that is refused.
type Answer struct {
	// Status is the status code, from 200 to 599.
	Status uint32
	// Detail is a word for the gateway's access log, such as "key-auth.no_key".
	Detail string
	// Headers may be nil.
	Headers [][2]string
	// Body is sent as it is; "" is none.
	Body string
}

// With sends the answer and returns the action that keeps the request from going
// on, also where the gateway did not take the answer: the SDK answers 500 then.
// It is for the phases of the request.
func With(a Answer) types.Action {
	if err := proxywasm.SendHttpResponseWithDetail(a.Status, a.Detail, a.Headers, []byte(a.Body), -1); err != nil {
		log.Errorf("answer %d, %s: %v", a.Status, a.Detail, err)
	}
	return types.HeaderStopAllIterationAndWatermark
}
