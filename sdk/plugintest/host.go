// Package plugintest runs a plugin under go test, natively: the debugger, the
// race detector and coverage work, and a test takes microseconds. It plays the
// host, models what stock Envoy does, and shows what upstream and client would
// see:
//
//	h := plugintest.New(t, plugintest.Options{Config: []byte(`{"key":"x"}`)})
//	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}})
//	if got := ex.Upstream.Headers.Get("hello"); got != "world" { … }
//
// The plugin under test is the one that the package registers in init. Each
// New starts it in a VM of its own, so that tests don't see each other's
// contexts. Package-level variables of the plugin are shared, as they are by
// two plugin configurations in one VM.
//
// A plugin that works here still has to be run as Wasm once: only there do
// memory limits, recursion depth and missing imports show.
package plugintest

import (
	"errors"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// Host is the gateway that a plugin runs in. Its methods must be called from
// the test's goroutine, and not from within the plugin.
type Host struct {
	tb      testing.TB
	options Options
	vm      *dispatch.VM

	pluginID  uint32
	starting  uint32 // the plugin whose OnPluginStart runs
	nextID    uint32
	exchanges map[uint32]*Exchange
	conns     map[uint32]*Connection
	active    uint32 // the context that the host calls
	effective uint32 // the one that calls act on

	config    []byte // what the configuration buffers hold now
	vmConfig  []byte
	foreign   []byte
	logs      []LogLine
	tick      uint32
	doneCalls int
	callouts
	shared
	metrics
}

// vmContextID is the id that Envoy gives the VM's own context.
const vmContextID = 0

// running is held while a plugin runs: the SDK's state is the VM's, and a
// process is one VM. Parallel tests take turns.
var running sync.Mutex

// ErrRefused is returned by Start where the plugin refused to start; the
// host's log says why.
var ErrRefused = errors.New("the plugin refused to start")

// New starts the plugin and fails the test where it refuses. The plugin ends
// with the test.
func New(tb testing.TB, o Options) *Host {
	tb.Helper()
	h, err := Start(tb, o)
	if err != nil {
		tb.Fatalf("plugintest: %v; its log: %v", err, h.Logs())
	}
	return h
}

// Start is New for tests of a plugin that may refuse to start: ErrRefused. The
// host is usable, for its log, in either case.
func Start(tb testing.TB, o Options) (*Host, error) {
	tb.Helper()
	h := &Host{
		tb: tb, options: o, vm: dispatch.NewVM(), nextID: 1,
		exchanges: map[uint32]*Exchange{}, conns: map[uint32]*Connection{},
		shared: newShared(), metrics: newMetrics(), vmConfig: o.VMConfig,
	}
	tb.Cleanup(h.close)
	started := false
	h.call(vmContextID, func(g abi.Guest) { started = g.OnVMStart(vmContextID, int32(len(o.VMConfig))) })
	if !started {
		return h, ErrRefused
	}
	return h, h.Configure(o.Config)
}

// Configure starts the plugin with another configuration, as a gateway does
// when its configuration changes: new exchanges go to the new one, those that
// are under way stay with the old one. Where the plugin refuses, the old one
// stays: ErrRefused.
func (h *Host) Configure(config []byte) error {
	old := h.pluginID
	h.pluginID = h.newID()
	h.config = config
	started := false
	h.starting = h.pluginID
	h.call(h.pluginID, func(g abi.Guest) {
		g.OnContextCreate(h.pluginID, 0)
		started = g.OnConfigure(h.pluginID, int32(len(config)))
	})
	h.starting = 0
	h.readyQueues()
	drop := old
	if !started {
		drop, h.pluginID = h.pluginID, old
	}
	h.dropPlugin(drop)
	if !started {
		return ErrRefused
	}
	return nil
}

func (h *Host) dropPlugin(id uint32) {
	if id == 0 || h.inUse(id) {
		return
	}
	h.call(id, func(g abi.Guest) {
		g.OnDone(id)
		g.OnDelete(id)
	})
}

func (h *Host) inUse(plugin uint32) bool {
	for _, ex := range h.exchanges {
		if ex.plugin == plugin {
			return true
		}
	}
	return false
}

// isPlugin reports whether a context is a plugin's.
func (h *Host) isPlugin(id uint32) bool { return id != 0 && (id == h.pluginID || h.inUse(id)) }

func (h *Host) newID() uint32 {
	id := h.nextID
	h.nextID++
	return id
}

// call runs the plugin for a context.
func (h *Host) call(id uint32, f func(abi.Guest)) {
	running.Lock()
	defer running.Unlock()
	host, vm := abi.SetHost(hostcalls{h}), dispatch.SetCurrent(h.vm)
	defer func() {
		abi.SetHost(host)
		dispatch.SetCurrent(vm)
		h.active, h.effective = 0, 0
	}()
	h.active, h.effective = id, id
	f(h.vm)
}

// close ends what the test left open.
func (h *Host) close() {
	for _, ex := range h.exchanges {
		ex.End()
	}
	for _, c := range h.conns {
		c.Close()
	}
	h.dropPlugin(h.pluginID)
	h.pluginID = 0
}

// Tick makes the plugin's OnTick run, as the host does after each TickPeriod.
func (h *Host) Tick() {
	h.call(h.pluginID, func(g abi.Guest) { g.OnTick(h.pluginID) })
	for _, ex := range h.exchanges { // a tick can resume and answer them
		ex.run()
	}
	for _, c := range h.conns {
		c.settle()
	}
	h.answerCalls()
}

// TickPeriod returns what the plugin asked for, in milliseconds; 0 is none.
func (h *Host) TickPeriod() uint32 { return h.tick }

// PluginDoneCalls returns how often the plugin called proxywasm.PluginDone.
func (h *Host) PluginDoneCalls() int { return h.doneCalls }

// ForeignEvent makes the plugin's OnForeignFunction run, where it has one.
func (h *Host) ForeignEvent(functionID uint32, data []byte) {
	h.foreign = data
	h.call(h.pluginID, func(g abi.Guest) { g.OnForeignFunction(h.pluginID, functionID, int32(len(data))) })
	h.foreign = nil
	h.answerCalls()
}
