package dispatch

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// What is registered says which callbacks of the host it wants; the others, and
// all that only they reach, are not linked. Callbacks that come only where the
// plugin has asked for them (ticks, queues, answers) need no word here.

// WantAll is for plugins that bring contexts of their own, of any kind.
func WantAll() {
	WantHTTP()
	WantTCP()
	abi.WantDone()
	abi.WantTick()
	abi.WantQueueReady()
	abi.WantForeignFunction()
}

// WantHTTP is for plugins with HTTP contexts of their own.
func WantHTTP() {
	registered.own = true
	abi.WantRequestHeaders()
	abi.WantRequestBody()
	abi.WantResponseBody()
	abi.WantLog()
}

// WantTCP is for plugins with TCP contexts of their own.
func WantTCP() {
	abi.WantTCP()
	abi.WantLog()
}

// wantProgress is for what acts on a stream from outside of its own callbacks:
// it has to know whether the response has begun, and whether the stream is over.
func wantProgress() {
	abi.WantResponseHeaders()
	abi.WantLog()
}
