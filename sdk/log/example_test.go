package log_test

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// start starts a plugin that does f for each request, on a gateway that keeps
// lines of this level and above, and sends a request. It prints the log, and
// leaves the package as it is in a new process: a test binary has one logger. In
// a plugin f's body is a callback's; a plugin with package wrapper has a logger
// with its name already.
func start(level log.Level, f func()) {
	defer log.SetPluginLog(nil)
	defer log.SetSafeLogEnabled(false)
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &shop{f: f} })
	h := plugintest.New(&testing.B{}, plugintest.Options{LogLevel: uint32(level)})
	h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}})
	for _, line := range h.Logs() {
		fmt.Println(line)
	}
}

type shop struct {
	types.DefaultHttpContext
	f func()
}

// OnHttpRequestHeaders implements types.HttpContext.
func (s *shop) OnHttpRequestHeaders(int, bool) types.Action {
	log.RefreshLevel() // package wrapper does this for each configuration
	s.f()
	return types.ActionContinue
}

// Lines below the gateway's level cost a compare. What is costly to work out
// for a line asks first.
func ExampleEnabled() {
	log.SetPluginLog(log.New("shop", nil))
	start(log.LevelWarn, func() {
		log.Debugf("a line that is never formatted: %v", "…")
		log.Warnf("only %d left", 3)
		if log.Enabled(log.LevelDebug) {
			log.Debug("everything: " + "a long text")
		}
		log.Error("line\nbreaks can't fake a line")
	})
	// Output:
	// warn: [shop] [nil] [nil] only 3 left
	// error: [shop] [nil] [nil] line\nbreaks can't fake a line
}

// Lines that may show users' data are for development: in safe mode they are
// written at level debug.
func ExampleSetSafeLogEnabled() {
	log.SetPluginLog(log.New("shop", nil))
	start(log.LevelInfo, func() {
		log.UnsafeInfo("user ann buys tea")
		log.SetSafeLogEnabled(true)
		log.UnsafeInfo("user bob buys tea")
	})
	// Output: info: [shop] [nil] [nil] user ann buys tea
}

// A Log of one's own takes the lines of the package's functions.
func ExampleSetPluginLog() {
	log.SetPluginLog(&counted{Log: &log.Logger{}})
	start(log.LevelInfo, func() {
		log.Info("first")
		log.Info("second")
	})
	// Output:
	// info: [nil] [nil] [nil] 1: first
	// info: [nil] [nil] [nil] 2: second
}

// counted is a Log that numbers lines at level info.
type counted struct {
	log.Log
	n int
}

// Info implements log.Log.
func (c *counted) Info(msg string) {
	c.n++
	c.Infof("%d: %s", c.n, msg)
}
