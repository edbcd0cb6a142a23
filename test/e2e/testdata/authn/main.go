// Command authn is a plugin that knows who sends a request: whoever its header
// x-key names. It adds the consumer beside what the client has said, as the
// field's plugins do, and leaves a guest's name for those behind it.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() { wrapper.SetCtx("authn", wrapper.ProcessRequestHeaders(onRequestHeaders)) }

func onRequestHeaders(_ wrapper.HttpContext, _ struct{}) types.Action {
	if key, err := proxywasm.GetHttpRequestHeader("x-key"); err == nil {
		if err := proxywasm.AddHttpRequestHeader(wrapper.DefaultConsumerHeader, key); err != nil {
			log.Error(err.Error())
		}
	}
	if err := proxywasm.SetProperty([]string{"guest_name"}, []byte("Jack")); err != nil {
		log.Error(err.Error())
	}
	return types.HeaderContinue
}
