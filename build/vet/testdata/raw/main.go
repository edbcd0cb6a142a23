// Command raw implements the interfaces of package types itself.
package main

import (
	"os"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetVMContext(&vm{})
}

type vm struct{ types.DefaultVMContext }

// NewPluginContext implements types.VMContext.
func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

type plugin struct{ types.DefaultPluginContext }

// OnPluginStart implements types.PluginContext.
func (*plugin) OnPluginStart(int) types.OnPluginStartStatus {
	os.Exit(1) // want "exit: os.Exit while the plugin starts"
	return types.OnPluginStartStatusOK
}

// NewHttpContext implements types.PluginContext.
func (*plugin) NewHttpContext(uint32) types.HttpContext { return &stream{} }

type stream struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	run(s.nap)
	if _, err := proxywasm.DispatchHttpCall("c", nil, nil, nil, 1, s.answered); err != nil {
		return types.ActionPause // want "pause-after-error"
	}
	return types.ActionPause
}

func (s *stream) answered(numHeaders, _, _ int) {
	if numHeaders > 0 {
		_ = proxywasm.ResumeHttpRequest()
	}
} // want "lost-resume"

func run(f func()) { f() }

func (s *stream) nap() { time.Sleep(1) } // want "timers: time.Sleep in a callback"

// OnHttpBody is no method of the interface.
func (s *stream) OnHttpBody() { time.Sleep(1) }

//go:wasmexport my_own_callback
func exported() { time.Sleep(1) } // want "timers: time.Sleep in a callback"
