// Command semantics is a plugin that shows what plugins rely on in the SDK: which
// configuration a request gets, what a body handler sees, where calls go, what a
// panic does, how a log line begins. A request's header x-do says what to do; the
// plugin's tests say what must come of it, on each engine, and breaks_test.go
// proves that they notice an SDK that does it differently.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("semantics",
		nil, // options that are nil are skipped
		wrapper.PrePluginStartOrReload[config](beforeParsing),
		wrapper.ParseOverrideConfig(parseGlobal, parseRule),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBodyBy(onRequestBody),
		wrapper.ProcessStreamingRequestBody(onRequestChunk),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessResponseBody(onResponseBody),
		wrapper.ProcessStreamingResponseBody(onResponseChunk),
		wrapper.ProcessStreamDone(onDone),
	)
}

// add adds a header that the backend shows to the test.
func add(name, value string) { must(proxywasm.AddHttpRequestHeader(name, value)) }

// must makes an error of a host call one that fails the test.
func must(err error) {
	if err != nil {
		log.Errorf("semantics: %v", err)
	}
}
