// Package dispatch routes the host's callbacks to the plugin's contexts. It
// keeps the context table and the callouts that wait for an answer, and turns
// a panic of the plugin into an answer for the one stream that caused it.
package dispatch

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// VM is the state of one Wasm VM. It implements abi.Guest. It has one thread,
// as a Wasm VM does.
type VM struct {
	plugins map[uint32]*plugin
	streams table
	calls   map[callKey]call
	running uint32  // whose HTTP callback runs, 0 for none
	home    *plugin // the plugin context that a stream began in last
	homeID  uint32
	active  uint32 // the context that host calls act on
	turn    uint32 // see Turn
	level   abi.LogLevel
	leveled bool // level was asked for in this callback
	crosses bool // the plugin makes calls act on contexts of its choice
	idle    bool // it was said that a resume had nothing to resume
	metrics map[metricKey]uint32
	plain   bool // see PlainActions
	bodies  bodies
	// effective is abi.SetEffectiveContext once a callout was made: a module
	// imports only what is reachable.
	effective func(id uint32) abi.Status
}

var _ abi.Guest = (*VM)(nil)

// plugin is the table entry of a plugin context.
type plugin struct {
	context  types.PluginContext // nil after NewPluginContext panicked
	attached Attachment
	ticks    [countTickers]uint32 // as SetTick has them, in milliseconds
	period   uint32               // the host's, in milliseconds, 0 for none

	steady    types.PluginContext // context, or nil: see Steady
	steadyEnd bool
}

// stream is the table entry of an HTTP or TCP context. The SDK recycles
// entries; the plugin's own objects are never used twice.
type stream struct {
	id, plugin uint32
	next       uint32 // see table
	state
	http     types.HttpContext
	tcp      types.TcpContext
	attached Attachment
	calls    []callKey // callouts without an answer yet
}

// state is what is known of a stream, without pointers.
type state struct {
	done         bool // OnHttpStreamDone or OnStreamDone has run
	responding   bool // a response callback has run
	replied      replied
	paused       [2]bool // by the plugin, request and response
	stuck        [2]bool // paused until the plugin resumes
	resumed      [2]bool // by the plugin, since the callback that runs began
	elsewhere    bool    // see ResumedElsewhere
	changed      [2]bool // the plugin has changed the body
	failed       failure
	injectedEnd  bool           // see NoteEnd
	createdBadly bool           // failed before the host could take an answer
	direction    abi.StreamType // of the callback that runs, or ran last
}

// failure says in which part of its life a stream failed, if it did.
type failure uint8

const (
	notFailed failure = iota
	failedInRequest
	failedInResponse
	passesBy // has no context, and the policy says that it may go on
)

// replied says where the plugin answered a stream itself.
type replied uint8

const (
	_ replied = iota
	repliedInRequest
	repliedInResponse
)

// NewVM returns a VM without contexts.
func NewVM() *VM {
	return &VM{
		plugins: make(map[uint32]*plugin),
		calls:   make(map[callKey]call),
	}
}

// current is the VM that the plugin runs in: a module is one VM. Tests switch
// it, see SetCurrent.
var current = NewVM()

func init() { abi.SetGuest(current) }

// Current returns the VM that the plugin runs in.
func Current() *VM { return current }

// SetCurrent makes v the VM that the plugin runs in and returns the one before.
// Only native tests do that.
func SetCurrent(v *VM) (before *VM) {
	before, current = current, v
	return before
}

// Active returns the id of the context that host calls act on.
func (v *VM) Active() uint32 { return v.active }

// SetActive notes that host calls now act on another context.
func (v *VM) SetActive(id uint32) {
	v.active = id
	v.turn++
}

// Turn is a number that changes whenever what the host says of headers may:
// with each callback, each change of the context that calls act on, and when a
// stream is resumed or answered.
func (v *VM) Turn() uint32 { return v.turn }

// LogLevel returns the least severe level that the host logs. It asks the host
// once for each callback. Hosts that don't tell are taken to log everything.
func (v *VM) LogLevel() (abi.LogLevel, abi.Status) {
	if v.leveled {
		return v.level, abi.StatusOK
	}
	level, st := abi.GetLogLevel()
	if st != abi.StatusOK {
		return abi.LogTrace, st
	}
	v.level, v.leveled = level, true
	return level, st
}

// HTTPContext returns the plugin's context of an HTTP stream, nil if the id is
// not one.
func (v *VM) HTTPContext(id uint32) types.HttpContext {
	if s := v.stream(id); s != nil {
		return s.http
	}
	return nil
}

// PluginContext returns the plugin's context of one configuration, nil if the id
// is not one.
func (v *VM) PluginContext(id uint32) types.PluginContext {
	if p := v.plugins[id]; p != nil {
		return p.context
	}
	return nil
}

// enter starts a callback for a context.
func (v *VM) enter(id uint32) {
	v.active = id
	v.turn++
	v.leveled = false
}

func (v *VM) stream(id uint32) *stream { return v.streams.get(id) }

func (v *VM) addStream(id, plugin uint32) *stream {
	s := v.streams.add(id)
	s.plugin = plugin
	return s
}

// pluginAt returns the table entry of a plugin context, nil if the id is not one.
func (v *VM) pluginAt(id uint32) *plugin {
	if v.home == nil || v.homeID != id {
		v.home, v.homeID = v.plugins[id], id
	}
	return v.home
}

func (v *VM) dropStream(s *stream) {
	if s.attached != nil {
		end(&s.attached)
	}
	for _, key := range s.calls {
		delete(v.calls, key)
	}
	s.http, s.tcp, s.calls, s.state = nil, nil, s.calls[:0], state{}
	v.streams.remove(s)
}
